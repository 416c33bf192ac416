"""Notifications in the page: the bell, the page of all of them, and what each user wants to hear of."""
