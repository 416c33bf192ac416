"""Every test here runs on both databases."""

from kartoteka.testing.databases import storage

__all__ = ["storage"]
