"""What belongs to a user: the columns that hold its owner, of every kind of record, and the work in them.

Handing over changes these columns only. Who entered or changed a record stays written in the change log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import UniqueConstraint, exists, select

from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.extension.declarations.data import RecordKind
    from kartoteka.extension.registry import Registry


@dataclass(frozen=True)
class OwnedColumn:
    """A column of a record kind with the user that the record belongs to."""

    kind: RecordKind
    attribute: str

    @property
    def key(self) -> str:
        """What it is called in forms and jobs: the kind and the attribute."""
        return f"{self.kind.kind}.{self.attribute}"

    @property
    def module(self) -> str:
        """The module that the kind belongs to."""
        return self.kind.module

    @property
    def title(self) -> Message:
        """What the records are called."""
        return self.kind.plural_title

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.kind.table

    @property
    def column(self) -> str:
        """The name of the column."""
        mapper: Any = sqlalchemy.inspect(self.kind.model)
        return str(mapper.columns[self.attribute].name)

    @property
    def unique_with(self) -> tuple[str, ...]:
        """Columns that together with this one may stand in the table only once: a user has a client shared once."""
        for constraint in self.kind.model.__table__.constraints:
            names = [column.name for column in constraint.columns] if isinstance(constraint, UniqueConstraint) else []
            if self.column in names:
                return tuple(name for name in names if name != self.column)
        return ()


def owned_columns(registry: Registry) -> list[OwnedColumn]:
    """Return the owner columns of all kinds of installed modules, on or off, in the order of the kinds."""
    return [OwnedColumn(kind, attribute) for kind in registry.record_kinds for attribute in kind.owners]


def owns_anything(session: Session, user_id: int) -> bool:
    """Say whether a record of any installed module belongs to a user."""
    owned = owned_columns(extension_of(session).registry)
    with as_system(session, reason="whether a user still has work"):
        return any(
            session.scalar(select(exists().where(getattr(one.kind.model, one.attribute) == user_id))) for one in owned
        )
