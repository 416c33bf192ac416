"""Activities on other devices: CalDAV collections, invitations by mail, calendar files."""
