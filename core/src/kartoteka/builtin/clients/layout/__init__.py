"""What the card of a client shows and in what order: for the company, for a department, for oneself (CORE-06)."""
