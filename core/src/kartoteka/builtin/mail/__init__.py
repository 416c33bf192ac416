"""Outgoing mail: accounts, templates, and an outbox that loses and doubles nothing."""
