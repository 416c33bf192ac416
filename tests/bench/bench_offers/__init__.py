"""A module that stands for offers with lines until the real one exists."""
