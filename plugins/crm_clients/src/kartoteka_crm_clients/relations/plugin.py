"""Table of contents of the room "Relations"."""
