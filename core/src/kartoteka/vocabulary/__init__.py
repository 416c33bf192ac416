"""Plain values that every room of Kartoteka speaks in: no database, no web, no input or output."""
