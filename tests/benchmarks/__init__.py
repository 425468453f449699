"""How fast and how large: figures for people to read, never a test that times."""
