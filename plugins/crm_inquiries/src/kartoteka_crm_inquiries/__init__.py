"""Inquiries and activities: no inquiry is ever forgotten."""
