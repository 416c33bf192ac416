"""A module that stands for the activities of a working day until the real one exists."""
