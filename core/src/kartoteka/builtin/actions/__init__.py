"""Actions on many records: done in the background, in steps, as one operation that can be undone."""
