"""The ways by which a notification leaves the page: e-mail, push messages, and what modules add, such as SMS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef

if TYPE_CHECKING:
    from kartoteka.db.session import Session


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A notification on its way to one user, in his language.

    ``title`` is the sort of notification, ``text`` what it says, ``about`` the name of the record that it is about
    (empty when there is none). ``path`` leads to it on our own server, ``url`` is the same with the server's address,
    empty where no address is set. ``id`` is the same whenever the same notification is sent again.
    """

    id: int
    user_id: int
    type: str
    title: str
    text: str
    about: str = ""
    record: RecordRef | None = None
    path: str = ""
    url: str = ""
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Channel(Declaration):
    """A way to tell users something while they are not looking at the page; each user chooses it for each type.

    ``send(telling)`` is called by a worker while no transaction is open; it opens ``reading()`` and ``transaction()``
    itself. What it raises is tried again later, a `Problem` is not. ``ready(session, user_ids)`` returns those users
    that can be reached at all. One that may be called twice for the same ``telling.id`` without telling twice is
    ``repeatable``: after a worker died in the middle it is called again, others are not.
    """

    name: str
    title: Message
    description: Message
    icon: str
    send: Callable[[Telling], None]
    ready: Callable[[Session, list[int]], set[int]]
    permission: str | None = None
    repeatable: bool = False
