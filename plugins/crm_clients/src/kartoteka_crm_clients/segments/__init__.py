"""Segments: named groups of clients, by what is known of them or picked by hand (CL-45)."""
