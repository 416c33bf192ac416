"""Merging clients: what belongs to several cards comes onto one (CL-41)."""
