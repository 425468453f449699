"""How forms are written: form-js JSON files, and fields inside the model."""
