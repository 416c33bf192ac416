"""Passwords for programs such as Word, calendars and scripts, which can not be asked for a second factor."""
