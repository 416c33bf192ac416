"""The audit chain for people: its page and its command."""
