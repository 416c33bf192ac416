"""Tags on clients: words of the company's own, added and taken off one by one or for many clients at once (X-38)."""
