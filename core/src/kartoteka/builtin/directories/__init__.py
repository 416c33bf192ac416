"""Directories that users extend: one mechanism for all modules, and the places of our countries as a beginning."""
