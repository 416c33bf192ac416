"""What is kept about one person among a client's records, such as a contact of a company that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, inspect, or_, select

from kartoteka.builtin.clients.queries import Owner, kind_titles
from kartoteka.builtin.privacy.holdings import ROWS_OF_CLIENT, Holdings, Part
from kartoteka.builtin.privacy.words import Words, words_of
from kartoteka.db.base import Model
from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.session import Session, actor_of, find
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _

_OWN = frozenset({"core_audit", "core_erasure", "core_journal", "core_operation", "core_search_text"})
_journal: Any = JournalEntry.__table__


def find_person(session: Session, kind_name: str, record_id: int) -> tuple[RecordKind, Any]:
    """Return a record that is a person of its own and its kind; raises NotFound where the actor sees none."""
    kind = person_kinds(session).get(kind_name)
    if kind is None or not actor_of(session).can(kind.permission):
        raise NotFound
    return kind, find(session, kind.model, record_id)


def person_kinds(session: Session) -> dict[str, RecordKind]:
    """Return the record kinds of active modules whose records are persons."""
    registry, active = extension_of(session).registry, active_set(session)
    tables = {one.table for one in registry.personal_data if one.is_person}
    return {kind.kind: kind for kind in registry.record_kinds if kind.table in tables and kind.module in active}


class PersonHoldings(Holdings):
    """Everything that is kept about one person, read past the row rights: the caller has asked for the right.

    That are the record, what is about it, and the person's words wherever they stand with the client or with nobody.
    Words that the client or another person there has too, such as a shared phone, are not the person's own.
    """

    def __init__(self, session: Session, kind: RecordKind, record: Any) -> None:
        self.client_id = int(getattr(record, str(kind.client_column)))
        super().__init__(session, self.client_id)
        self.kind, self.record_id = kind, int(record.id)
        self.of_client = Holdings(session, self.client_id)

    @cached_property
    def parts(self) -> list[Part]:
        """The record, the rows that point to it, and those that live and die with these."""
        titles, there = kind_titles(self.registry), set(inspect(self.connection).get_table_names())
        found: list[Part] = []
        for table in Model.metadata.sorted_tables:
            conditions = self._about(table, found) if table.name in there and table.name not in _OWN else []
            rows = self._rows(table, or_(*conditions)) if conditions else []
            if rows:
                title = titles.get(table.name, _("Other records"))
                found.append(Part(table, self._owner(table), title, rows, self.personal.get(table.name)))
        return sorted(found, key=lambda part: part.table.name != self.kind.table)

    @cached_property
    def words(self) -> Words:
        """The words that betray this person and nobody else."""
        mine = words_of(part.rows[0] for part in self.parts if part.table.name == self.kind.table)
        others = words_of(row for part in self.of_client.parts for row in part.rows if not self._is_own(part, row))
        own = replace(
            mine,
            people=tuple(one for one in mine.people if one not in others.people),
            names=tuple(one for one in mine.names if one not in others.names),
            addresses=tuple(one for one in mine.addresses if one not in others.addresses),
        )
        return self.with_surnames(own)

    @cached_property
    def kept(self) -> dict[tuple[str, int], tuple[date, str]]:
        """The rows of the client that the law keeps."""
        return self.of_client.kept

    def own_changes(self) -> list[ColumnElement[bool]]:
        """Return the conditions for what the journal remembers: by the rows, not by the client."""
        return []

    def may_mention(self) -> ColumnElement[bool]:
        """Return the condition for entries of the journal in which the person's words may stand."""
        return or_(_journal.c.client_id.is_(None), _journal.c.client_id.in_(self.client_ids))

    def _is_own(self, part: Part, row: Mapping[str, Any]) -> bool:
        return part.table.name == self.kind.table and row["id"] == self.record_id

    def _about(self, table: Table, found: Sequence[Part]) -> list[ColumnElement[bool]]:
        if table.name == self.kind.table:
            return [table.c.id == self.record_id]
        held = {part.table.name: [row["id"] for row in part.rows if "id" in row] for part in found}
        points = [
            key.parent.in_(held[key.column.table.name])
            for key in table.foreign_keys
            if key.column.table.name in held and (key.ondelete == "CASCADE" or key.column.table is self._table)
        ]
        points += [
            and_(table.c[f"{name}_kind"] == self.kind.kind, table.c[f"{name}_id"] == self.record_id)
            for name in sorted({str(one.info["record_ref"]) for one in table.columns if one.info.get("record_ref")})
        ]
        return points

    @property
    def _table(self) -> Any:
        return self.kind.model.__table__

    def _rows(self, table: Table, condition: ColumnElement[bool]) -> list[Mapping[str, Any]]:
        statement = select(*table.columns).where(condition).order_by(*table.primary_key.columns)
        return [dict(row) for row in self.connection.execute(statement.limit(ROWS_OF_CLIENT)).mappings()]

    def _owner(self, table: Table) -> Owner:
        places = self.columns.get(table.name)
        return places[0].owner if places else Owner(name="core", title="Kartoteka", is_installed=True, is_on=True)
