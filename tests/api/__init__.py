"""Tests of what programs ask and do."""
