"""Where the lines of a file may go: what a module declares so that people can import into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol

from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.data import Field
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.session import Session


class Fate(StrEnum):
    """What became of a line, or would become of it."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line of a file: its number from 1, its cells by field name as they are written there.

    ``key`` is the text it is found again by, "" when nothing is to be found; ``record_id`` the record that ``match``
    has found.
    """

    line: int
    cells: Mapping[str, str]
    key: str = ""
    record_id: int | None = None


@dataclass(slots=True)
class ImportOutcome:
    """What became of a line; ``errors`` and ``warnings`` are by field name, "" for the line as a whole.

    ``unusual`` says that a value was taken although it looks wrong; ``record_id`` is the record that was created or
    changed, so that a list can show all of them.
    """

    line: int
    fate: Fate
    errors: Mapping[str, Message] = field(default_factory=dict)
    warnings: Mapping[str, Message] = field(default_factory=dict)
    unusual: bool = False
    record_id: int | None = None


class Seen(Protocol):
    """Remembers, for a whole file, on which line a value stood first; lines are read in order, some of them twice."""

    def look(self, name: str, values: Iterable[str]) -> Mapping[str, tuple[int, str]]:
        """Return the line and the note of those values that were seen before."""

    def note(self, name: str, found: Mapping[str, tuple[int, str]]) -> None:
        """Remember values with their line and a note."""


@dataclass(frozen=True, kw_only=True)
class ImportRun:
    """How a file is imported: what ``match`` and ``write`` are told.

    ``key`` is the name of an ImportKey, "" to create a record for every line. ``source`` names the list, so that its
    numbers do not meet those of another. ``options`` are the values of the target's own questions. ``duplicates`` says
    what becomes of a line whose record is there already under another key. A ``dry`` run checks everything and writes
    nothing.
    """

    seen: Seen
    key: str = ""
    source: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    duplicates: Literal["skip", "create", "update"] = "skip"
    dry: bool = False


@dataclass(frozen=True)
class ImportKey:
    """A way to find records again: the fields whose cells together say which record is meant.

    ``column`` offers any column of the file for it, also one that is not imported.
    """

    name: str
    title: Message
    fields: tuple[str, ...]
    column: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportTarget(Declaration):
    """Something that lines of a file can become.

    ``columns`` are the fields that a column may be imported into; their ``import_headers`` are recognised. ``match(
    session, rows, run)`` returns the ids of the records that are there already, by line. ``write(session, rows, run)``
    takes up to 500 rows, checks them like the form does, stores what is new or different with ``insert_rows`` and
    ``update_rows``, and returns an outcome for each row in order; in a dry run it stores nothing. Both work with the
    rights of the user. ``options`` are questions to the user about the whole file; ``defaults(session)`` answers them
    beforehand. ``list_path`` is the address of the list of these records.
    """

    name: str
    title: Message
    permission: str
    kind: str
    columns: tuple[Field, ...]
    match: Callable[[Session, Sequence[ImportRow], ImportRun], Mapping[int, int]]
    write: Callable[[Session, Sequence[ImportRow], ImportRun], Sequence[ImportOutcome]]
    keys: tuple[ImportKey, ...] = ()
    options: tuple[Field, ...] = ()
    defaults: Callable[[Session], Mapping[str, str]] | None = None
    list_path: str | None = None

    def field(self, name: str) -> Field | None:
        """Return a field by name, or None."""
        return next((one for one in self.columns if one.name == name), None)

    def find_key(self, name: str) -> ImportKey | None:
        """Return a key by name, or None."""
        return next((one for one in self.keys if one.name == name), None)
