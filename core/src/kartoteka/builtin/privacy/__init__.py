"""Privacy: what is kept about a client or a person, given out as a file, and erased as far as the law lets it."""
