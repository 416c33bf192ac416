"""The core's own features, each shaped exactly like a module."""
