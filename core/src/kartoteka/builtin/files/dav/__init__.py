"""Documents as a network drive (WebDAV, RFC 4918): office programs open them, lock them and save new versions."""
