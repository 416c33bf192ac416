"""Feeder 2: many rows at once, journaled like single records.

These verbs work by table name, so that merge, erase and undo reach tables whose module is switched off or gone
(such tables are read from the database). They derive columns, raise versions, keep search texts in step and write
before-images in the same transaction. Row rights do not apply: callers check their targets by a restricted SELECT.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, MetaData, Table, bindparam, delete, func, inspect, select, text, update
from sqlalchemy.exc import NoSuchTableError

from kartoteka.db.chunks import chunks, insert_many
from kartoteka.db.journal.coding import encode
from kartoteka.db.journal.models import CHANGED, CREATED, DELETED, JournalEntry
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.plans import UNTOUCHED, Plan, make_plan, model_of, plan_of_model
from kartoteka.db.journal.rules import JournalRule
from kartoteka.db.journal.writer import Change, write_changes
from kartoteka.db.members import folded, spread_pairs
from kartoteka.db.search import SearchRule, remove_search_texts, write_search_texts
from kartoteka.db.search_feed import move_search_texts
from kartoteka.db.session import Session
from kartoteka.db.statistics import note_growth

Row: TypeAlias = dict[str, Any]


def insert_rows(
    session: Session, table: str | type[Any], rows: Iterable[Mapping[str, Any]], *, always: bool = False
) -> list[int]:
    """Insert rows, given by column name, and return their ids in the same order.

    Columns left out take their defaults. ``always`` journals rows of a table that no record kind tracks, too. Raises
    ValueError for a column the table does not have.
    """
    plan = _plan(session, table, always=always)
    connection = raw_connection(session)
    new_ids = _Ids(connection, plan.table)
    made: list[int] = []
    for part in chunks(rows):
        ready = [_complete(plan, row) for row in part]
        new_ids.assign(ready)
        insert_many(connection, plan.table, ready)
        note_growth(connection, plan.table, len(ready))
        _note_created(session, plan, ready)
        made.extend(row["id"] for row in ready)
    return made


def update_rows(
    session: Session, table: str | type[Any], changes: Mapping[int, Mapping[str, Any]], *, always: bool = False
) -> list[int]:
    """Change columns of rows, ``{id: {column: value}}``, and return the ids of rows that really are different now.

    A row that has the values already is left alone: no new version, no entry. Ids that are gone are passed over.
    ``always`` journals rows of a table that no record kind tracks, too, so that the change can be undone. Raises
    ValueError for a column the table does not have.
    """
    plan = _plan(session, table, always=always)
    changed: list[int] = []
    for part in chunks(changes):
        differences = _differences(plan, _rows_by_id(session, plan, part), changes)
        _execute_updates(session, plan, differences)
        _note_changed(session, plan, differences)
        changed.extend(differences)
    _forget_loaded(session, plan, changed)
    return changed


def delete_rows(session: Session, table: str | type[Any], ids: Iterable[int], *, always: bool = False) -> list[int]:
    """Delete rows and return the ids of those that were there; the journal keeps them whole, but for secrets.

    ``always`` journals rows of a table that no record kind tracks, too.
    """
    plan = _plan(session, table, always=always)
    deleted: list[int] = []
    for part in chunks(ids):
        rows = _rows_by_id(session, plan, part)
        raw_connection(session).execute(delete(plan.table).where(plan.table.c.id.in_(list(rows))))
        _note_deleted(session, plan, list(rows.values()))
        deleted.extend(rows)
    _forget_loaded(session, plan, deleted, gone=True)
    return deleted


def _plan(session: Session, table: str | type[Any], *, always: bool = False) -> Plan:
    session.flush()
    model = model_of(table) if isinstance(table, str) else table
    plan = plan_of_model(session, model) if model is not None else _plan_reflected(session, str(table))
    if plan.journal is not None or not always:
        return plan
    rule = _remembered_rule(raw_connection(session), plan.table)
    return replace(plan, journal=rule, kept=frozenset(one.name for one in plan.table.columns if rule.keeps(one)))


def _plan_reflected(session: Session, name: str) -> Plan:
    """Return the plan of a table whose code is not loaded; raises ValueError when there is no such table."""
    connection = raw_connection(session)
    try:
        table = Table(name, MetaData(), autoload_with=connection)
    except NoSuchTableError:
        raise ValueError(f"There is no table {name!r}.") from None
    return make_plan(session, table, None, _remembered_rule(connection, table))


def _remembered_rule(connection: Connection, table: Table) -> JournalRule:
    """Return the rule that the journal's last entry about the table shows to have been in force."""
    entries = JournalEntry.__table__
    statement = select(entries.c.kind).where(entries.c.table_name == table.name).order_by(entries.c.id.desc()).limit(1)
    kind = connection.execute(statement).scalar()
    client_column = "client_id" if "client_id" in table.c else None
    return JournalRule(kind=kind or f"table.{table.name}", table=table.name, client_column=client_column)


class _Ids:
    """Draws ids before the rows are written, so that journal and search texts know them without asking row by row."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.connection = connection
        self.table = table
        self.next: int | None = None

    def assign(self, rows: list[Row]) -> None:
        """Give an id to each row that has none."""
        without = [row for row in rows if row.get("id") is None]
        for row, drawn in zip(without, self._draw(len(without)), strict=True):
            row["id"] = drawn

    def _draw(self, count: int) -> Iterable[int]:
        if self.connection.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(self.table.name, "id")
            drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias())
            return sorted(self.connection.execute(drawn).scalars()) if count else []
        if self.next is None:
            self.next = self._first_free()
        self.next += count
        return range(self.next - count, self.next)

    def _first_free(self) -> int:
        """Return the id after the highest ever given; the write lock keeps others from taking it."""
        highest = self.connection.execute(select(func.max(self.table.c.id))).scalar() or 0
        if self.connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").scalar():
            given = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
            highest = max(highest, self.connection.execute(given, {"table": self.table.name}).scalar() or 0)
        return highest + 1


def _complete(plan: Plan, row: Mapping[str, Any]) -> Row:
    """Return the row with defaults and derived columns."""
    row = folded(plan.table, row)
    _refuse_unknown(plan, row)
    complete: Row = {**plan.defaults, **row}
    for name, make in plan.made_defaults:
        if name not in row:
            complete[name] = make(None)
    if plan.derives:
        complete.update(plan.model.derive(complete))  # type: ignore[union-attr]
    return complete


def _refuse_unknown(plan: Plan, names: Collection[str] | Mapping[str, Any]) -> None:
    known = plan.columns
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"Table {plan.table.name} has no column {unknown[0]!r}.")


def _rows_by_id(session: Session, plan: Plan, ids: list[int]) -> dict[int, Row]:
    """Read whole rows, in the order of ids, locked against others until the transaction ends."""
    table = plan.table
    statement = select(table).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update()
    return {row["id"]: dict(row) for row in raw_connection(session).execute(statement).mappings()}


_Difference: TypeAlias = tuple[Row, Row]
"""A row as it was, and the columns that become different."""


def _differences(
    plan: Plan, rows: Mapping[int, Row], changes: Mapping[int, Mapping[str, Any]]
) -> dict[int, _Difference]:
    found: dict[int, _Difference] = {}
    for key, row in rows.items():
        wanted = folded(plan.table, changes[key], row)
        _refuse_unknown(plan, wanted)
        if plan.derives_with(wanted):
            wanted.update(plan.model.derive({**row, **wanted}))  # type: ignore[union-attr]
        different = {name: value for name, value in wanted.items() if row[name] != value}
        if different:
            if "version" in row:
                different["version"] = row["version"] + 1
            found[key] = (row, different)
    return found


def _execute_updates(session: Session, plan: Plan, differences: Mapping[int, _Difference]) -> None:
    """Run one statement for all rows in which the same columns change; the rows are locked, so versions just count."""
    alike: dict[tuple[str, ...], dict[int, Row]] = defaultdict(dict)
    for key, (_row, different) in differences.items():
        values = {name: value for name, value in different.items() if name != "version"}
        alike[tuple(sorted(different))][key] = values
    for names, rows in alike.items():
        counting = {"version": plan.table.c.version + 1} if "version" in names else {}
        _update_alike(raw_connection(session), plan.table, rows, counting)


def _update_alike(connection: Connection, table: Table, rows: Mapping[int, Row], counting: Row) -> None:
    """Write the same values into all rows at once, different ones row by row."""
    first = next(iter(rows.values()))
    if all(values == first for values in rows.values()):
        connection.execute(update(table).where(table.c.id.in_(list(rows))).values({**first, **counting}))
        return
    places = {name: bindparam(name, type_=table.c[name].type) for name in first}
    statement = update(table).where(table.c.id == bindparam("_id")).values({**places, **counting})
    connection.execute(statement, [{"_id": key, **values} for key, values in rows.items()])


def _note_created(session: Session, plan: Plan, rows: list[Row]) -> None:
    if plan.journal is not None:
        write_changes(session, [_change(plan.journal, row, CREATED) for row in rows])
    if plan.search is not None:
        write_search_texts(session, plan.search, ((row["id"], row) for row in rows), are_new=True)


def _note_changed(session: Session, plan: Plan, differences: Mapping[int, _Difference]) -> None:
    after = {key: {**row, **different} for key, (row, different) in differences.items()}
    if plan.journal is not None:
        noted = ((after[key], _pairs(plan, row, different)) for key, (row, different) in differences.items())
        write_changes(session, [_change(plan.journal, row, CHANGED, pairs) for row, pairs in noted if pairs])
    if plan.search is not None:
        touched = {key: plan.search.columns & different.keys() for key, (_row, different) in differences.items()}
        only_moved = {key for key, names in touched.items() if names == {plan.search.client_column}}
        _move_texts(session, plan.search, {key: differences[key] for key in only_moved})
        rewritten = ((key, after[key]) for key, names in touched.items() if names and key not in only_moved)
        write_search_texts(session, plan.search, rewritten)
    elif plan.journal is not None and plan.journal.client_column:
        _move_texts(session, plan.journal, differences)


def _move_texts(session: Session, rule: JournalRule | SearchRule, differences: Mapping[int, _Difference]) -> None:
    """Let search texts follow their client as they are: quicker, and the one way for rows whose code is gone."""
    moved: dict[Any, list[int]] = defaultdict(list)
    for key, (_row, different) in differences.items():
        if rule.client_column in different:
            moved[different[rule.client_column]].append(key)
    for client, ids in moved.items():
        move_search_texts(session, rule.kind, ids, client)


def _pairs(plan: Plan, row: Row, different: Row) -> dict[str, list[Any]]:
    names = different.keys() & plan.kept - UNTOUCHED
    return spread_pairs({name: [encode(row[name]), encode(different[name])] for name in names})


def _note_deleted(session: Session, plan: Plan, rows: list[Row]) -> None:
    if plan.journal is not None:
        images = [{name: encode(row[name]) for name in plan.kept} for row in rows]
        noted = zip(rows, images, strict=True)
        write_changes(session, [_change(plan.journal, row, DELETED, image) for row, image in noted])
    if plan.search is not None:
        remove_search_texts(session, plan.search.kind, [row["id"] for row in rows])


def _change(rule: JournalRule, row: Row, action: str, changes: Mapping[str, Any] | None = None) -> Change:
    client = row.get(rule.client_column) if rule.client_column else None
    return Change(rule.kind, rule.table, row["id"], client, action, row.get("version"), changes)


def _forget_loaded(session: Session, plan: Plan, ids: Iterable[int], *, gone: bool = False) -> None:
    """Keep loaded objects from showing, or writing back, what is no longer true."""
    if plan.model is None:
        return
    mapper = inspect(plan.model)
    for key in ids:
        record = session.identity_map.get(mapper.identity_key_from_primary_key((key,)))
        if record is not None:
            (session.expunge if gone else session.expire)(record)
