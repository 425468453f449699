"""BPMN as a language: from the bytes of a file to a frozen definition, with every problem named by element and line."""
