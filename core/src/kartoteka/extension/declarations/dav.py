"""Collections that calendar programs work with: what lies in them as iCalendar objects, and what may be done there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.session import Session

EVENTS, TASKS = "VEVENT", "VTODO"
COMPONENTS = (EVENTS, TASKS)


@dataclass(frozen=True, kw_only=True)
class DavSpan:
    """A span of time, as calendar programs ask for it: ``since`` (inclusive) to ``until``; None is without an end."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class DavItem:
    """An object in a collection: the last part of its address, and a mark that is another one after every change."""

    name: str
    etag: str


@dataclass(frozen=True)
class DavObject(DavItem):
    """An object with its text (RFC 5545)."""

    text: str


@dataclass(frozen=True, kw_only=True)
class DavCollection(Declaration):
    """A calendar or a list of tasks of whoever signs in with an app password; programs find it by themselves.

    ``component`` is VEVENT or VTODO. ``items(session, span)`` returns what lies in it, with a span only what may touch
    it; the core looks closer. ``read(session, names)`` returns objects with their texts, those that are gone left out.
    ``write(session, name, text)`` makes or changes the object of that name and returns it, ``delete(session, name)``
    takes one away; without both the collection can only be read. They ask for rights, and raise Problem for what
    cannot be stored: its message reaches the user's program. What has changed since a program asked last is found out
    by the core, from names and etags alone.
    """

    name: str
    title: Message
    component: str
    permission: str
    items: Callable[[Session, DavSpan | None], Sequence[DavItem]]
    read: Callable[[Session, Sequence[str]], Sequence[DavObject]]
    write: Callable[[Session, str, str], DavItem] | None = None
    delete: Callable[[Session, str], None] | None = None
    change_permission: str | None = None
