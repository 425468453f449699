"""Tests of the languages: catalogues, and texts that no mark lets be translated."""
