"""New clients that begin as copies: of another client, or of a template that somebody has kept (X-38)."""
