"""Checks and generators for the people who work on Kartoteka; each runs as `python -m tools.NAME`."""
