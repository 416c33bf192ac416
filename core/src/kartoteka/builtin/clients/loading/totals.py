"""What became of the lines of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kartoteka.extension.declarations.importing import Fate, ImportOutcome
from kartoteka.vocabulary.message import Message


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with one line: its number in the file (from 1), the field if one is to blame, and the message."""

    line: int
    field: str | None
    message: Message


@dataclass
class LoadTotals:
    """Counts of lines by what became of them.

    ``read`` is the sum of ``created``, ``changed``, ``unchanged``, ``no_data`` and ``refused``; a client that stands on
    several lines is created once and unchanged after that. ``unusual`` counts the created and changed clients with a
    value that looks wrong; ``errors`` has one entry for each field that a line was refused for, ``warnings`` tells what
    was left out of a line that was taken.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    no_data: int = 0
    refused: int = 0
    unusual: int = 0
    errors: list[LineProblem] = field(default_factory=list)
    warnings: list[LineProblem] = field(default_factory=list)
    no_data_lines: list[int] = field(default_factory=list)

    def take(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Count lines by what became of them; one whose client is there under another key counts as refused."""
        for one in outcomes:
            fate = Fate.REFUSED if one.fate == Fate.DUPLICATE else one.fate
            setattr(self, fate, getattr(self, fate) + 1)
            self.unusual += one.unusual
            self.errors += [LineProblem(one.line, name, message) for name, message in one.errors.items()]
            if not one.errors:
                self.warnings += [LineProblem(one.line, name, message) for name, message in one.warnings.items()]

    def skip(self, line: int) -> None:
        """Count a line that holds no data."""
        self.no_data += 1
        self.no_data_lines.append(line)
