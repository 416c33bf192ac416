"""The answer of a check: what was typed, what to compare by, and what a person should know about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value

Severity: TypeAlias = Literal["error", "warning"]

CODE_LENGTH = 40
"""The longest code that is taken at all; the longest known one, an IBAN, has 34 characters."""

_SEPARATORS = re.compile(r"[\W_]")
_CODE = re.compile(r"[\w .,:/\\#&()№'+‐-―−-]+")


class Judged:
    """What a check says of a value, by the ``severity`` of what is wrong with it."""

    severity: Severity | None

    @property
    def is_error(self) -> bool:
        """Whether the value must be refused."""
        return self.severity == "error"

    @property
    def is_unusual(self) -> bool:
        """Whether the value may be stored but deserves a second look."""
        return self.severity == "warning"


@dataclass(frozen=True)
class Checked(Judged):
    """A value that was looked at.

    ``typed`` is the text as it may be shown and stored; ``value`` the normalised form to compare by, None when there
    is none. An ``error`` makes no sense and must be refused; a ``warning`` is unusual, shown, and may be stored.
    """

    typed: str
    value: str | None = None
    problem: Message | None = None
    severity: Severity | None = None


def accepted(typed: str, value: str) -> Checked:
    """Answer that nothing is wrong."""
    return Checked(typed, value)


def unusual(typed: str, value: str | None, problem: Message) -> Checked:
    """Answer that the value may be stored and why it deserves a second look."""
    return Checked(typed, value, problem, "warning")


def refused(typed: str, problem: Message) -> Checked:
    """Answer that the value cannot be stored and what to do about it."""
    return Checked(typed, None, problem, "error")


def compact_code(text: str | None) -> Checked:
    """Return a code of any kind with only its capitals and digits as value; no value for "-", "none" and the like.

    Refuses what no code consists of (@, <, line drawing) and what is longer than any code.
    """
    typed = clean_line(text)
    if len(typed) > 2 * CODE_LENGTH:
        return refused(typed, _("This is too long for a code. Keep only the code here."))
    if no_value(typed):
        return Checked(typed)
    is_plain = typed.isascii() and typed.isalnum()
    value = (typed if is_plain else _SEPARATORS.sub("", typed)).upper()
    if not value or not (is_plain or _CODE.fullmatch(typed)):
        return refused(typed, _("A code has letters and digits only. Remove the other characters."))
    if len(value) > CODE_LENGTH:
        return refused(typed, _("This is too long for a code. Keep only the code here."))
    return accepted(typed, value)
