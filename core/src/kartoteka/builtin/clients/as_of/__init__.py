"""The card of a client as it was on a day, read out of the journal (M-02)."""
