"""Errors that services raise and that people read: each carries a message, and the field if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


class Problem(Exception):
    """Something a person can understand and usually mend; shown as a message, never as a stack trace.

    ``message`` is translated when shown; ``field`` names the form field it belongs to, or is None.
    """

    def __init__(self, message: Message | str, field: str | None = None) -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        self.field = field
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class Refused(Problem):
    """A rule of the business says no."""


class NotFound(Problem):
    """There is no such record, or this person may not see it: the two look the same on purpose (page 404)."""

    def __init__(self, message: Message | str | None = None, field: str | None = None) -> None:
        super().__init__(message or _("There is no such record, or you may not see it."), field)


class Forbidden(Problem):
    """The person lacks a right (page 403); ``permission`` is its name when it is known."""

    def __init__(self, message: Message | str | None = None, permission: str | None = None) -> None:
        super().__init__(message or _("You do not have the right to do this."))
        self.permission = permission


class AlreadyThere(Problem):
    """Somebody else has entered the same at the same moment: both were checked, one was second (page 409)."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has just entered the same. Look at the list before you try again."))


class Busy(Problem):
    """The database stayed locked by somebody else's work for longer than we wait (page 503)."""

    def __init__(self) -> None:
        super().__init__(_("The database is busy. Try again in a moment."))


class DiskFull(Busy):
    """The disk of the server, or of its database, is full; what was asked can be done when there is room (page 507)."""

    def __init__(self) -> None:
        Problem.__init__(self, _("There is no room left on the server's disk."))


class Conflict(Problem):
    """Somebody saved the same record while it was being edited (optimistic lock, page 409).

    ``theirs`` maps each field that both sides changed to the value now in the database; ``mine`` to the
    value that was sent; ``by`` and ``at`` say who and when, where the journal knows it.
    """

    def __init__(
        self,
        message: Message | str | None = None,
        theirs: Mapping[str, Any] | None = None,
        mine: Mapping[str, Any] | None = None,
        by: str | None = None,
        at: Any = None,
    ) -> None:
        super().__init__(message or _("Somebody else changed this record while you were editing it."))
        self.theirs = dict(theirs or {})
        self.mine = dict(mine or {})
        self.by = by
        self.at = at


class InvalidInput(Problem):
    """Values that cannot be saved; ``errors`` maps each field to what is wrong with it."""

    def __init__(self, errors: Mapping[str, Message], message: Message | str | None = None) -> None:
        self.errors = dict(errors)
        first = next(iter(self.errors), None)
        super().__init__(message or _("Some values are not right."), first)

    def __str__(self) -> str:
        details = "; ".join(f"{field}: {problem}" for field, problem in self.errors.items())
        return f"{self.message} {details}".strip()
