"""Remembers for a whole file where each key stood first, in a small file of its own: memory stays the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from kartoteka.builtin.importing.files import disk_problems

_TABLE = (
    "CREATE TABLE IF NOT EXISTS seen (name TEXT, value TEXT, line INTEGER, note TEXT, PRIMARY KEY (name, value)) "
    "WITHOUT ROWID"
)
_LOOK = "SELECT value, line, note FROM seen WHERE name = ? AND value IN (SELECT value FROM json_each(?))"


class SeenInFile:
    """What was seen in earlier lines; survives the process, and lines that are read again find themselves.

    A step that is put back leaves its notes behind: they carry the number of their line, so they do no harm.
    """

    def __init__(self, path: Path) -> None:
        with disk_problems():
            self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", _TABLE):
                self._file.execute(statement)

    def look(self, name: str, values: Iterable[str]) -> Mapping[str, tuple[int, str]]:
        """Return the line and the note of those values that were seen before."""
        wanted = json.dumps(list(values))
        return {value: (line, note) for value, line, note in self._file.execute(_LOOK, (name, wanted))}

    def note(self, name: str, found: Mapping[str, tuple[int, str]]) -> None:
        """Remember values with their line and a note; the first line stays."""
        if not found:
            return
        rows = [(name, value, line, note) for value, (line, note) in found.items()]
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", rows)
        self._file.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
