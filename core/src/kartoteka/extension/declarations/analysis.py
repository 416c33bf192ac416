"""What modules say about clients as groups: segments, and what clients have bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from sqlalchemy import Select

    from kartoteka.db.session import Session


@dataclass(frozen=True, kw_only=True)
class ClientSegment:
    """A named group of clients.

    ``key`` names it for good. ``clients(session)`` returns a select of the ids of its clients: the row rights of who
    executes it apply, also where it is a part of another statement. It raises Problem when the group can't be made out.
    """

    key: str
    title: str
    clients: Callable[[Session], Select[tuple[int]]]


@dataclass(frozen=True, kw_only=True)
class TurnoverSource(Declaration):
    """Where it is known what clients have bought: invoices, receipts, an imported table (CL-46, CL-47, CL-57).

    ``rows()`` returns a select with the columns ``client_id``, ``day`` (a date) and ``amount``: in the company's own
    currency, without VAT, what was given back below zero. Days may be put together: what is known by month alone stands
    at the month's last day. The row rights of who executes it apply. A company chooses one source.
    """

    name: str
    title: Message
    permission: str
    rows: Callable[[], Select[Any]]
