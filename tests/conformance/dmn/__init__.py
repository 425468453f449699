"""The DMN Technology Compatibility Kit."""
