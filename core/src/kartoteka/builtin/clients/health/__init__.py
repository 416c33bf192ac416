"""What may be wrong with the data on clients' cards: checks of the queue of data health (M-20)."""
