"""Clients: contact persons, addresses and birthdays on the client card."""
