"""Reads the values of records as forms and programs send them: typed, cleaned, each mistake named by its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block, clean_line

EARLIEST, LATEST = date(1800, 1, 1), date(2999, 12, 31)
Reader = Callable[[Any], Any]


class Wrong(ValueError):
    """A value that a field cannot have; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


def read_values(given: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the values that may be stored, by field; raises InvalidInput naming every field that is wrong."""
    values: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for name, value in given.items():
        if name not in readers:
            errors[name] = _("There is no such field.")
            continue
        try:
            values[name] = readers[name](value)
        except Wrong as wrong:
            errors[name] = wrong.message
    if errors:
        raise InvalidInput(errors)
    return values


def line(longest: int, *, required: bool = False) -> Reader:
    """Read one line of text."""
    return _text(clean_line, longest, required=required)


def block(longest: int) -> Reader:
    """Read text of several lines."""
    return _text(clean_block, longest, required=False)


def _text(clean: Callable[[str | None], str], longest: int, *, required: bool) -> Reader:
    def read(given: Any) -> str:
        text = clean(None if given is None else str(given))
        if required and not text:
            raise Wrong(_("Fill this in."))
        if len(text) > longest:
            raise Wrong(_("This is too long: at most %(longest)s characters fit here.", longest=longest))
        return text

    return read


def day(given: Any) -> date | None:
    """Read a day, or None."""
    if given in (None, ""):
        return None
    try:
        read = given if isinstance(given, date) else date.fromisoformat(str(given).strip())
    except ValueError:
        raise Wrong(_("This is not a date. Write it as 2026-11-22.")) from None
    if not EARLIEST <= read <= LATEST:
        raise Wrong(_("Check the year of this date."))
    return read


def yes_no(given: Any) -> bool:
    """Read yes or no."""
    return bool(given)


def check_order(since: date | None, until: date | None) -> None:
    """Raise InvalidInput when a time ends before it begins."""
    if since is not None and until is not None and until < since:
        raise InvalidInput({"until": _("This day is before the first one.")})


def number_of(given: Any) -> int:
    """Read an id as forms and programs send it; raises Wrong."""
    written = str(given)
    if isinstance(given, bool) or not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Wrong(_("Choose one of the values offered."))
    return int(written)
