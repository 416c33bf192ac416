"""Finding and moving: search over all kinds, the command palette, records opened lately, saved views of lists."""
