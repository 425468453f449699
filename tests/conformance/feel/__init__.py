"""FEEL held against the expressions of the DMN Technology Compatibility Kit."""
