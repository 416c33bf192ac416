"""What is wrong with a module, in words that its author and the administrator understand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class BrokenModule:
    """A module that was set aside, and why: the hook and the field at fault, where they are known."""

    name: str
    hook: str
    field: str
    message: Message
    version: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.hook, self.field) if part)
        return f"{self.name}: {place}: {self.message}" if place else f"{self.name}: {self.message}"


class BrokenCore(RuntimeError):
    """A part of the core itself declares nonsense: the application does not start."""


class ConflictingAnswers(RuntimeError):
    """Two modules answer a question that has one answer, and the settings name none of them."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, if there is one: also one that lacks only its module."""
    known = sorted(known)
    for one in known:
        if one.partition(".")[2] == name:
            return one
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else None


def unknown(name: str, known: Iterable[str]) -> Message:
    """Say that a name is unknown, and which one was probably meant."""
    if meant := nearest(name, known):
        return _("“%(name)s” is unknown; did you mean “%(meant)s”?", name=name, meant=meant)
    return _("“%(name)s” is unknown.", name=name)
