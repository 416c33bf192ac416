"""Reminders: of activities before they begin or must be done, and of inquiries that stand still."""
