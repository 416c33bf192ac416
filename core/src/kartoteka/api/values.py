"""Readers of values as forms and programs send them: typed, cleaned, each mistake named by its field."""

from kartoteka.builtin.clients.linking import resolve_many
from kartoteka.builtin.clients.own_facts import OwnFact, own_facts_of
from kartoteka.builtin.clients.own_values import find_own_links, own_readers, read_own_value, refuse_unwritable
from kartoteka.builtin.directories.reading import entry_of, id_of
from kartoteka.vocabulary.reading import Reader, Wrong, block, check_order, day, line, number_of, read_values, yes_no
from kartoteka.web.values import write_value

__all__ = [
    "OwnFact",
    "Reader",
    "Wrong",
    "block",
    "check_order",
    "day",
    "entry_of",
    "find_own_links",
    "id_of",
    "line",
    "number_of",
    "own_facts_of",
    "own_readers",
    "read_own_value",
    "read_values",
    "refuse_unwritable",
    "resolve_many",
    "write_value",
    "yes_no",
]
