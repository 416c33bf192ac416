"""The board: open inquiries as cards, by the stages of a process."""
