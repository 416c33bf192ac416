"""The bin: deleting clients, taking them back, and deleting them for good (X-31)."""
