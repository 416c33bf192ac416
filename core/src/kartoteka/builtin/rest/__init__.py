"""The API: other programs read and write records, with keys that people give them, and are told of what changes."""
