"""References to records and the few words that stand for a record in a list or a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LARGEST_ID: Final = 2**31 - 1
"""The largest id that PostgreSQL's integer columns hold."""

_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_REF = re.compile(rf"({_KIND.pattern}):([1-9][0-9]{{0,18}})")


class RecordState:
    """The states of a record (column ``state``); lists show active ones unless asked."""

    ACTIVE: Final = "active"
    ARCHIVED: Final = "archived"
    DELETED: Final = "deleted"
    MERGED: Final = "merged"
    ALL: Final = (ACTIVE, ARCHIVED, DELETED, MERGED)


@dataclass(frozen=True, order=True)
class RecordRef:
    """Points at a record without a foreign key: ``kind`` is always ``module.noun``; raises ValueError otherwise."""

    kind: str
    id: int

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"A record kind is written module.noun, not {self.kind!r}")

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def module(self) -> str:
        """The name of the module that owns the record."""
        return self.kind.partition(".")[0]

    @classmethod
    def parse(cls, written: str) -> RecordRef:
        """Read ``module.noun:17``; raises ValueError for anything else."""
        found = _REF.fullmatch(written)
        if not found:
            raise ValueError(f"A record reference is written module.noun:id, not {written[:100]!r}")
        if (number := read_id(found[2])) is None:
            raise ValueError(f"No record has an id as large as {found[2]}.")
        return cls(found[1], number)


@dataclass(frozen=True)
class RecordSummary:
    """How a record is shown where there is room for one line; ``url`` is None when the reader cannot open it."""

    ref: RecordRef
    title: str
    subtitle: str = ""
    url: str | None = None
    state: str = RecordState.ACTIVE


def read_id(written: object) -> int | None:
    """Return the id that a text names, None for what is none or larger than ids can be."""
    text = str(written)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))):
        return None
    number = int(text)
    return number if is_id(number) else None


def is_id(number: int) -> bool:
    """Tell whether a record can have this id: addresses bring any number, and databases raise for what is too large."""
    return 0 < number <= LARGEST_ID
