"""Directories that the company extends: entries to choose from, places of addresses, what a directory begins with."""

from kartoteka.builtin.directories.locating import Place, Places
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import EntryTitle
from kartoteka.builtin.directories.queries import directory_choices, known_entries, within
from kartoteka.builtin.directories.starting import add_start_entries

__all__ = [
    "DirectoryEntry",
    "EntryTitle",
    "Place",
    "Places",
    "add_start_entries",
    "directory_choices",
    "known_entries",
    "within",
]
