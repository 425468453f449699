"""Timers of a running instance: when one is due, and when its cycle comes next."""
