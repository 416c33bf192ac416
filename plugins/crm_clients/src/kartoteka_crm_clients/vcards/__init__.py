"""Contacts as vCards: read from files of address books, and given out as such (RFC 2426, RFC 6350)."""
