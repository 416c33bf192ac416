"""What is kept about clients: the rows of all tables that point to them, of modules that are on, off or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, inspect, or_, select

from kartoteka.builtin.clients.queries import Owner, Place, find_places, kind_titles
from kartoteka.builtin.privacy.surnames import rare_surnames
from kartoteka.builtin.privacy.texts import contain, text_columns
from kartoteka.builtin.privacy.words import Words, words_of
from kartoteka.db.base import Model
from kartoteka.db.chunks import chunks
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.lineages import CORE
from kartoteka.db.references import KnownPersonalData, personal_data
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

CLIENTS = "core_client"
ROWS_OF_CLIENT = 100_000
_journal: Any = JournalEntry.__table__
_UNTOLD = frozenset({"core_client_similar", "core_client_distinct", "core_erasure", "core_search_text", "core_journal"})


@dataclass(frozen=True)
class Part:
    """The rows of one table that belong to the clients; ``personal`` says what of them is personal, if anything."""

    table: Table
    owner: Owner
    title: Translatable
    rows: Sequence[Mapping[str, Any]]
    personal: KnownPersonalData | None


class Holdings:
    """Everything that is kept about some clients, read past the row rights: the caller has asked for the right."""

    def __init__(self, session: Session, client_id: int) -> None:
        self.session = session
        self.connection = raw_connection(session)
        self.registry = extension_of(session).registry
        with as_system(session, reason="what is kept about a client"):
            self.places = find_places(session)
            self.personal = {one.table_name: one for one in personal_data(session)}
        self.client_ids = self._with_merged(client_id)

    @cached_property
    def columns(self) -> dict[str, list[Place]]:
        """The columns that point to clients, by table; those that may point to other records too are left out."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            if place.kind_column is None:
                found.setdefault(place.table.name, []).append(place)
        return found

    @cached_property
    def parts(self) -> list[Part]:
        """The rows by table, clients first and each table after those that it points to."""
        order = {table.name: number for number, table in enumerate(Model.metadata.sorted_tables)}
        found = [self._client_part(), *self._other_parts()]
        return sorted(found, key=lambda part: order.get(part.table.name, len(order)))

    @cached_property
    def words(self) -> Words:
        """The words that betray the persons among the clients and their contacts."""
        found = words_of(row for part in self.parts if part.personal is not None for row in part.rows)
        return self.with_surnames(found)

    def with_surnames(self, words: Words) -> Words:
        """Return words with those surnames that nobody else bears."""
        tables = {place.table.name: place.table for place in self.places if "surname" in place.table.c}
        own = {part.table.name: [row["id"] for row in part.rows if "id" in row] for part in self.parts}
        return replace(words, surnames=rare_surnames(self.connection, words.people, tables, own))

    @cached_property
    def kept(self) -> dict[tuple[str, int], tuple[date, str]]:
        """The rows that the law keeps, with the day until which and the reason; and what belongs to such a row."""
        today = utc_now().date()
        kept: dict[tuple[str, int], tuple[date, str]] = {}
        for part in self.parts:
            for row in part.rows:
                reason = _by_law(part, row, today) or _with_parent(part.table, row, kept)
                if reason is not None and "id" in row:
                    kept[part.table.name, row["id"]] = reason
        return kept

    def own_changes(self) -> list[ColumnElement[bool]]:
        """Return the conditions for entries of the journal that are the clients' own."""
        of_cards = and_(_journal.c.table_name == CLIENTS, _journal.c.record_id.in_(self.client_ids))
        return [_journal.c.client_id.in_(self.client_ids), of_cards]

    def may_mention(self) -> ColumnElement[bool]:
        """Return the condition for other entries of the journal in which the words may stand."""
        nobodys: ColumnElement[bool] = _journal.c.client_id.is_(None)
        return nobodys

    def loose(self, words: Words) -> Iterator[tuple[KnownPersonalData, Table, list[int]]]:
        """Yield rows of nobody's that hold an address of the person: mails that were not assigned to the client."""
        if not words.addresses:
            return
        for name, personal in self.personal.items():
            table = self.columns[name][0].table if name in self.columns else None
            if table is None or name == CLIENTS or "id" not in table.c:
                continue
            owner = table.c.get(personal.client_column)
            if owner is None or not owner.nullable:
                continue
            ids: dict[int, None] = {}
            for found in contain(text_columns(table), Words(addresses=words.addresses).patterns()):
                ids |= dict.fromkeys(self.connection.scalars(select(table.c.id).where(owner.is_(None), found)))
            if ids:
                yield personal, table, list(ids)

    def _client_part(self) -> Part:
        table = Model.metadata.tables[CLIENTS]
        owner = Owner(name="clients", title="Kartoteka", is_installed=True, is_on=True)
        title = kind_titles(self.registry).get(CLIENTS, CLIENTS)
        return Part(table, owner, title, self._read(table, [table.c.id]), self.personal.get(CLIENTS))

    def _other_parts(self) -> Iterator[Part]:
        titles = kind_titles(self.registry)
        there = set(inspect(self.connection).get_table_names())
        for name, places in self.columns.items():
            if name == CLIENTS or name in _UNTOLD or name not in there:
                continue
            table, owner = places[0].table, places[0].owner
            rows = self._read(table, [table.c[place.column] for place in places])
            if rows:
                other = _("Other records") if owner.name == CORE else owner.title
                yield Part(table, owner, titles.get(name, other), rows, self.personal.get(name))

    def _read(self, table: Table, columns: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        belongs = or_(*(column.in_(self.client_ids) for column in columns))
        statement = select(*(column for column in table.columns)).where(belongs).order_by(*table.primary_key.columns)
        return [dict(row) for row in self.connection.execute(statement.limit(ROWS_OF_CLIENT)).mappings()]

    def _with_merged(self, client_id: int) -> list[int]:
        """Return a client with those that were merged into it: their cards still say who they were."""
        clients = Model.metadata.tables[CLIENTS]
        found, newest = [client_id], [client_id]
        while newest:
            more: list[int] = []
            for part in chunks(newest):
                merged = and_(clients.c.merged_into_id.in_(part), clients.c.id.not_in(found))
                more.extend(self.connection.scalars(select(clients.c.id).where(merged)))
            found.extend(more)
            newest = more
        return found


def _by_law(part: Part, row: Mapping[str, Any], today: date) -> tuple[date, str] | None:
    if part.personal is None or part.personal.keep_until is None:
        return None
    until = row.get(part.personal.keep_until)
    day = until.date() if isinstance(until, datetime) else until
    if not isinstance(day, date) or day < today:
        return None
    return day, part.personal.legal_reason or ""


def _with_parent(
    table: Table, row: Mapping[str, Any], kept: Mapping[tuple[str, int], tuple[date, str]]
) -> tuple[date, str] | None:
    for key in table.foreign_keys:
        found = kept.get((key.column.table.name, row.get(key.parent.name, 0) or 0))
        if found is not None and key.column.table.name != table.name:
            return found
    return None


def title_in_words(title: Translatable) -> str:
    """Return a title as its reader sees it."""
    return str(title) if isinstance(title, Message) else title
