"""How notifications leave the page: channels, quiet hours, reminders at a moment."""
