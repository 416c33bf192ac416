"""What modules said about their tables, kept in the database: it holds when their code is gone.

Filled by ``db upgrade`` from the lineages. Merge, export and erase read it, so that the rows of a module that was
uninstalled are still moved, given out and erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, String, UniqueConstraint, delete, insert, orm, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import JsonDict, JsonList
from kartoteka.vocabulary.message import Message, in_english


class ClientReferenceFacts(Protocol):
    """A column that points to a client (``kartoteka.api`` calls it ClientReference)."""

    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def on_merge(self) -> str: ...
    @property
    def unique_with(self) -> tuple[str, ...]: ...
    @property
    def on_delete(self) -> str: ...
    @property
    def needs_code(self) -> bool: ...


class PersonalDataFacts(Protocol):
    """What is personal in a table (``kartoteka.api`` calls it PersonalData)."""

    @property
    def table(self) -> str: ...
    @property
    def client_column(self) -> str: ...
    @property
    def replacements(self) -> Mapping[str, Any]: ...
    @property
    def keep_until(self) -> str | None: ...
    @property
    def legal_reason(self) -> object: ...


class OwnerFacts(Protocol):
    """A column with the user that a record belongs to (``kartoteka.api`` says so in RecordKind)."""

    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def title(self) -> object: ...


class KnownModule(Model):
    """A module that has been installed here, whether its code still is or not."""

    __tablename__ = "core_known_module"
    __row_scope__ = PUBLIC

    module: Mapped[str] = mapped_column(String(50), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(50))
    table_prefix: Mapped[str] = mapped_column(String(50))


class KnownTable(Model):
    """A table that a module made."""

    __tablename__ = "core_known_table"
    __row_scope__ = PUBLIC

    table_name: Mapped[str] = mapped_column(String(63), primary_key=True)
    module: Mapped[str] = mapped_column(String(50), index=True)


class KnownClientReference(Model):
    """A column that points to a client."""

    __tablename__ = "core_client_reference"
    __table_args__ = (UniqueConstraint("table_name", "column_name"),)
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(50), index=True)
    table_name: Mapped[str] = mapped_column(String(63))
    column_name: Mapped[str] = mapped_column(String(63))
    on_merge: Mapped[str] = mapped_column(String(20))
    unique_with: Mapped[list[Any]] = mapped_column(JsonList)
    on_delete: Mapped[str] = mapped_column(String(20))
    needs_code: Mapped[bool]


class KnownPersonalData(Model):
    """The personal data of a table, and what takes its place when a person is erased."""

    __tablename__ = "core_personal_data"
    __table_args__ = (UniqueConstraint("table_name", "client_column"),)
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(50), index=True)
    table_name: Mapped[str] = mapped_column(String(63))
    client_column: Mapped[str] = mapped_column(String(63))
    replacements: Mapped[dict[str, Any]] = mapped_column(JsonDict)
    keep_until: Mapped[str | None] = mapped_column(String(63))
    legal_reason: Mapped[str | None] = mapped_column(String(500))


class KnownOwner(Model):
    """A column with the user that a record belongs to; ``title`` is what the records are called, in English."""

    __tablename__ = "core_owner_column"
    __table_args__ = (UniqueConstraint("table_name", "column_name"),)
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(50), index=True)
    table_name: Mapped[str] = mapped_column(String(63))
    column_name: Mapped[str] = mapped_column(String(63))
    title: Mapped[str] = mapped_column(String(200))


_KNOWN: tuple[type[Any], ...] = (KnownClientReference, KnownPersonalData, KnownOwner, KnownTable, KnownModule)


def remember(
    connection: Connection,
    *,
    module: str,
    title: str,
    version: str,
    table_prefix: str,
    tables: Iterable[str],
    client_references: Iterable[ClientReferenceFacts],
    personal_data: Iterable[PersonalDataFacts],
    owners: Iterable[OwnerFacts] = (),
) -> None:
    """Write down what a module says about its tables, in place of what it said before."""
    forget(connection, module)
    facts = {"module": module, "title": title, "version": version, "table_prefix": table_prefix}
    _add(connection, KnownModule, [facts])
    _add(connection, KnownTable, ({"module": module, "table_name": table} for table in tables))
    _add(connection, KnownClientReference, (_reference_row(module, fact) for fact in client_references))
    _add(connection, KnownPersonalData, (_personal_row(module, fact) for fact in personal_data))
    _add(connection, KnownOwner, (_owner_row(module, fact) for fact in owners))


def forget(connection: Connection, module: str) -> None:
    """Strike out all that is known of a module, when its data has been removed."""
    for known in _KNOWN:
        connection.execute(delete(known.__table__).where(known.__table__.c.module == module))


def client_references(session: orm.Session) -> list[KnownClientReference]:
    """Return every known column that points to a client, of modules with and without code."""
    return list(session.scalars(select(KnownClientReference).order_by(KnownClientReference.id)))


def personal_data(session: orm.Session) -> list[KnownPersonalData]:
    """Return what is known to be personal, of modules with and without code."""
    return list(session.scalars(select(KnownPersonalData).order_by(KnownPersonalData.id)))


def known_owners(session: orm.Session) -> list[KnownOwner]:
    """Return every known column with the user that a record belongs to, of modules with and without code."""
    return list(session.scalars(select(KnownOwner).order_by(KnownOwner.id)))


def _owner_row(module: str, fact: OwnerFacts) -> dict[str, Any]:
    title = in_english(fact.title) if isinstance(fact.title, Message) else str(fact.title)
    return {"module": module, "table_name": fact.table, "column_name": fact.column, "title": title[:200]}


def _add(connection: Connection, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(insert(model.__table__), listed)


def _reference_row(module: str, fact: ClientReferenceFacts) -> dict[str, Any]:
    return {
        "module": module,
        "table_name": fact.table,
        "column_name": fact.column,
        "on_merge": fact.on_merge,
        "unique_with": list(fact.unique_with),
        "on_delete": fact.on_delete,
        "needs_code": fact.needs_code,
    }


def _personal_row(module: str, fact: PersonalDataFacts) -> dict[str, Any]:
    return {
        "module": module,
        "table_name": fact.table,
        "client_column": fact.client_column,
        "replacements": dict(fact.replacements),
        "keep_until": fact.keep_until,
        "legal_reason": None if fact.legal_reason is None else str(fact.legal_reason),
    }
