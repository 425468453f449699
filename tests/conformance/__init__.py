"""The house held against the corpora of others."""
