"""Activities that repeat."""
