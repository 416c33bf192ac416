"""Whose records a user sees: the answers a record kind may give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from kartoteka.db.actor import Actor


@dataclass(frozen=True)
class OwnedByClient:
    """The record is seen by whoever sees its client, and by nobody while the client is in the bin.

    ``column`` is the attribute with the client's id.
    """

    column: str = "client_id"


@dataclass(frozen=True)
class OwnedByClientWithRight:
    """As `OwnedByClient`, and the record names in ``right`` the permission that its reader must have.

    For what is about records of many kinds, of which each asks for a right of its own. Rows with an empty ``right``
    ask for none. What has no client is seen by those that the rule ``others`` names; without one by nobody, and only a
    service that has looked at the record reads it.
    """

    column: str = "client_id"
    right: str = "needs"
    others: ScopeRule | None = None


@dataclass(frozen=True)
class OwnedByClientOr:
    """The record is seen by whoever sees its client, and by those that ``others`` names: a rule, or the owners.

    Nobody sees it while its client is in the bin. For what may have no client, such as a mail: then it is seen by
    ``others`` alone.
    """

    others: ScopeRule | OwnedBy
    column: str = "client_id"


@dataclass(frozen=True, init=False)
class OwnedBy:
    """The record belongs to the users in these columns; within the reach of a role: own, department or all.

    One of several columns is enough. Beside a client, as in ``OwnedByClientOr(others=OwnedBy(...))``, the columns are
    compared row by row; alone they are looked up in their indexes, so each should have one.
    """

    columns: tuple[str, ...]

    def __init__(self, *columns: str) -> None:
        object.__setattr__(self, "columns", columns)


@dataclass(frozen=True)
class Public:
    """Everybody who has the kind's permission sees every record."""


@dataclass(frozen=True)
class SystemOnly:
    """No user sees the rows; only the core itself reads them."""


ScopeRule: TypeAlias = "Callable[[Actor], ColumnElement[bool] | None]"
"""Returns the condition that limits the rows for this user; None means all rows."""

Scope: TypeAlias = (
    "OwnedByClient | OwnedByClientOr | OwnedByClientWithRight | OwnedBy | Public | SystemOnly | ScopeRule"
)

DECLARED_SCOPES: tuple[type[Any], ...] = (
    OwnedByClient,
    OwnedByClientOr,
    OwnedByClientWithRight,
    OwnedBy,
    Public,
    SystemOnly,
)
