"""Brings lists into the registry: files are looked at, mapped, tried out, and imported in the background."""
