"""The demo company's clients: made up, the same at every run, and believable."""
