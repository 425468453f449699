"""Journeys: people at work in a real browser, with a real server."""
