"""Test kit for authors of modules."""
