"""The work desk: the next thing to do, one after the other, until nothing is left for today."""
