"""Bytes of a mail to plain values: pure functions without database and network, safe with hostile input."""
