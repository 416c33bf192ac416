"""People and organisations that belong together: who works where, and which companies are related."""
