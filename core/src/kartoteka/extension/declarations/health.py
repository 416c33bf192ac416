"""What modules know of clients beside the card: by which duplicates are found, and what is wrong with their data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message, Translatable

if TYPE_CHECKING:
    from kartoteka.db.session import Session


@dataclass(frozen=True, kw_only=True)
class ClientTrait:
    """Something by which a client may be recognised as another one, kept by a module.

    ``value`` is a phone number with its country (of which the digits count), an e-mail address, or the street and house
    number of an address; ``postcode``, ``city``, ``district`` and ``region`` belong to an address, which may name no
    more than these.
    """

    client_id: int
    sort: Literal["address", "phone", "email"]
    value: str
    postcode: str = ""
    city: str = ""
    district: str = ""
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthFinding:
    """Something wrong with the data of one client.

    ``key`` names it for good within its check; ``place`` is its number in the order of the check, no two have the same.
    ``lines`` are what a clerk should look at, titles and values. ``value`` is what the fix would store and may be typed
    over; None where there is nothing to type. ``page`` is the address where it is put right by hand.
    """

    key: str
    place: int
    client_id: int
    title: Translatable
    problem: Translatable
    lines: tuple[tuple[Translatable, Translatable], ...] = ()
    value: str | None = None
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthCheck(Declaration):
    """Something that may be wrong with the data of clients, offered in the queue of the data health page (M-20).

    ``find(session, after, limit)`` returns findings behind a place, in their order and within the row rights of the
    session's actor; ``look(session, key)`` returns one of them as it is now, None when nothing is wrong any more.
    ``fix(session, finding, value)`` puts it right in the caller's transaction, by services that journal what they do,
    so that it can be undone; a check without ``fix`` has findings with a ``page``. ``skip(session, finding)`` is called
    when somebody says that nothing is wrong; the queue remembers that in any case.
    """

    name: str
    title: Message
    permission: str
    find: Callable[[Session, int, int], Sequence[HealthFinding]]
    look: Callable[[Session, str], HealthFinding | None]
    fix: Callable[[Session, HealthFinding, str], object] | None = None
    fix_title: Message | None = None
    skip: Callable[[Session, HealthFinding], object] | None = None
    skip_title: Message | None = None
    icon: str = "alert-triangle"
