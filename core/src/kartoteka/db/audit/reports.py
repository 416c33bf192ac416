"""What a check of the chain found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.db.journal.coding import canonical, digest_of
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class ChainFinding:
    """A row that is not what was written; ``table`` and ``id`` name it, ``problem`` says what is wrong."""

    table: str
    id: int
    problem: Message

    @property
    def message(self) -> Message:
        """The finding as one line."""
        return _("%(table)s, row %(id)s: %(problem)s", table=self.table, id=self.id, problem=self.problem)


@dataclass(frozen=True)
class ChainReport:
    """The result: findings in the order of the rows, how much was checked, and the hash that the chain ends with."""

    findings: tuple[ChainFinding, ...]
    entries: int
    journal_entries: int
    last_hash: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def value_problem(values: Mapping[str, Any] | str | None, salt: str | None, digest: str | None) -> Message | None:
    """Return what is wrong with values that can be erased; erased ones are fine."""
    if values is None:
        return None
    if digest is None or salt is None:
        return _("it has values that were not written with it")
    written = values if isinstance(values, str) else canonical(values)
    return None if digest_of(salt, written) == digest else _("its values were changed")
