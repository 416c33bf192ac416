"""Contact persons, addresses and birthdays on the client card."""
