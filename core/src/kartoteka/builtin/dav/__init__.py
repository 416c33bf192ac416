"""Calendars for other programs: CalDAV (RFC 4791) over declared collections, and addresses to subscribe to."""
