"""When somebody was last at a client's card, and what others have changed since (M-02)."""
