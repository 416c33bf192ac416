"""Readers of values as forms and programs send them: typed, cleaned, each mistake named by its field."""

from kartoteka.builtin.directories.reading import entry_of, id_of
from kartoteka.vocabulary.reading import Reader, Wrong, block, check_order, day, line, number_of, read_values, yes_no

__all__ = [
    "Reader",
    "Wrong",
    "block",
    "check_order",
    "day",
    "entry_of",
    "id_of",
    "line",
    "number_of",
    "read_values",
    "yes_no",
]
