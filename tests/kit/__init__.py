"""The kit for programs, held against running servers."""
