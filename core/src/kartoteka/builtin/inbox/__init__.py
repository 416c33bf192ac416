"""Mail that comes in: fetched, read whatever its encoding, put into threads, offered to modules and shown."""
