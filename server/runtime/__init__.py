"""Carries out commands: one transaction, one locked instance, facts into rows."""
