"""Keeps search texts in step with records: the rules, the writing, the rebuilding and the check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import delete, or_, orm, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError

from kartoteka.db.base import Model
from kartoteka.db.chunks import chunks, insert_many
from kartoteka.db.members import MEMBERS
from kartoteka.db.search_tables import INDEX_TABLE, SearchText, kind_place, refill_search_index, text_id
from kartoteka.vocabulary.search import DIGITS_LENGTH, DOCUMENT_LENGTH, search_digits, search_document, with_numbers
from kartoteka.vocabulary.text import fold

_texts: Any = SearchText.__table__


@dataclass(frozen=True, kw_only=True)
class SearchRule:
    """Says by which columns the records of a kind are found.

    ``digit_columns`` hold phones (or phones and codes mixed), ``code_columns`` codes only, which are found by their
    digits too and are quicker to prepare; ``region_column`` names the column with the country (ISO 3166 alpha-2)
    of phones written without "+", otherwise the company's own country counts. ``client_column`` is ``id`` for the
    client itself. ``longest`` is how many letters of different words are kept. ``members`` returns the names of those
    fields of the company that records are found by; their values are members of the column ``custom_values``.
    """

    kind: str
    module: str
    table: str
    text_columns: tuple[str, ...]
    digit_columns: tuple[str, ...] = ()
    code_columns: tuple[str, ...] = ()
    client_column: str | None = None
    region_column: str | None = None
    longest: int = DOCUMENT_LENGTH
    members: Callable[[], Iterable[str]] | None = None

    @cached_property
    def columns(self) -> frozenset[str]:
        """All columns whose change asks for a new search text."""
        own = MEMBERS if self.members is not None else None
        named = {*self.searched, self.client_column, self.region_column, own}
        return frozenset(name for name in named if name)

    @property
    def searched(self) -> frozenset[str]:
        """The columns whose values are found."""
        return frozenset({*self.text_columns, *self.digit_columns, *self.code_columns})


OPEN = ":open"
"""The ending of the kind of texts without what only some people may read."""


class SearchRules:
    """The searchable tables of one database; ``region`` is the company's own country.

    Whoever finds a record by a value learns the value. So a record with columns that only some people may read has
    two texts: one with everything, and an open one without these columns, under the kind with ``OPEN`` behind it.
    Each reader asks for one of the two. Because the first never changes with the marks, a column marked just now
    is searched by nobody without the right from that moment on, while the open texts are still being written.
    """

    def __init__(self, region: str | None = None) -> None:
        self.region = region
        self._by_table: dict[str, SearchRule] = {}
        self._by_kind: dict[str, SearchRule] = {}
        self._places: dict[int, str] = {}
        self.stamp = 0
        self.confidential: Mapping[tuple[str, str], str] = {}
        """Tables and columns that only some people may read, each with the right that it takes."""

    def add(self, rule: SearchRule) -> None:
        """Make a table searchable; a second rule for the same table takes the place of the first.

        Raises ValueError when two kinds happen to have the same place in the ids of texts: one must be renamed.
        """
        for kind in (rule.kind, f"{rule.kind}{OPEN}"):
            if self._places.setdefault(kind_place(kind), kind) != kind:
                raise ValueError(f"The texts of {kind} and {self._places[kind_place(kind)]} cannot be told apart.")
        self._by_table[rule.table] = rule
        self._by_kind[rule.kind] = rule
        self.stamp += 1

    def of_table(self, table: str) -> SearchRule | None:
        """Return the rule of a table, or None when it is not searched."""
        return self._by_table.get(table)

    def readable_by(self, kinds: Iterable[str], can: Callable[[str], bool]) -> list[str]:
        """Return which texts of these kinds somebody who ``can`` may search."""
        return [kind if all(map(can, self._rights(kind))) else f"{kind}{OPEN}" for kind in kinds]

    def names_client(self, text_kind: str) -> bool:
        """Tell whether texts of a kind, open ones or not, are those of clients themselves."""
        rule = self._by_kind.get(text_kind.removesuffix(OPEN))
        return rule is not None and rule.client_column == "id"

    def texts_of(self, rule: SearchRule) -> list[SearchRule]:
        """Return the rule, and beside it that of the open texts when there are confidential columns."""
        hidden = {column for table, column in self.confidential if table == rule.table}
        if not hidden & rule.searched:
            return [rule]
        open_rule = replace(
            rule,
            kind=f"{rule.kind}{OPEN}",
            text_columns=tuple(one for one in rule.text_columns if one not in hidden),
            digit_columns=tuple(one for one in rule.digit_columns if one not in hidden),
            code_columns=tuple(one for one in rule.code_columns if one not in hidden),
        )
        return [rule, open_rule]

    def _rights(self, kind: str) -> list[str]:
        rule = self._by_kind.get(kind) if self.confidential else None
        if rule is None:
            return []
        return [
            right
            for (table, column), right in self.confidential.items()
            if table == rule.table and column in rule.searched
        ]

    def __iter__(self) -> Iterator[SearchRule]:
        return iter(self._by_table.values())


def write_search_texts(
    session: orm.Session,
    rule: SearchRule,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    are_new: bool = False,
) -> None:
    """Store the search texts of records, given their ids and all their values; called by the journal's feeders.

    ``are_new`` promises that these records have no texts yet, which is quicker.
    """
    write_search_texts_of_all(session, {rule: rows}, are_new=are_new)


def write_search_texts_of_all(
    session: orm.Session,
    written: Mapping[SearchRule, Iterable[tuple[int, Mapping[str, Any]]]],
    *,
    are_new: bool = False,
) -> None:
    """Do the same for records of several tables together."""
    connection = orm.Session.connection(session)  # past the guard: the table belongs to this module
    for ready in chunks(_rows_of_all(session, written)):
        if are_new:
            insert_many(connection, _texts, ready)
        else:
            connection.execute(_UPSERT[connection.dialect.name], ready)


def remove_search_texts(session: orm.Session, kind: str, record_ids: Iterable[int]) -> None:
    """Forget the search texts of records."""
    connection = orm.Session.connection(session)
    for part in chunks(record_ids):
        connection.execute(delete(_texts).where(_texts.c.kind.in_(_both(kind)), _texts.c.record_id.in_(part)))


def move_search_texts(session: orm.Session, kind: str, record_ids: Iterable[int], client_id: int | None) -> None:
    """Say that the records belong to another client, without reading them: for modules whose code is gone."""
    connection = orm.Session.connection(session)
    for part in chunks(record_ids):
        change = update(_texts).where(_texts.c.kind.in_(_both(kind)), _texts.c.record_id.in_(part))
        connection.execute(change.values(client_id=client_id))


def _both(kind: str) -> tuple[str, str]:
    return kind, f"{kind}{OPEN}"


def _rows_of_all(
    session: orm.Session, written: Mapping[SearchRule, Iterable[tuple[int, Mapping[str, Any]]]]
) -> Iterator[dict[str, Any]]:
    rules: SearchRules = session.database.search  # type: ignore[attr-defined]
    for rule, rows in written.items():
        texts = rules.texts_of(rule)
        for record_id, values in rows:
            for one in texts:
                yield _row_of(one, record_id, values, rules.region)


def _row_of(rule: SearchRule, record_id: int, values: Mapping[str, Any], region: str | None) -> dict[str, Any]:
    """Return the row of ``core_search_text`` for a record."""
    own_region = values.get(rule.region_column) if rule.region_column else None
    client = record_id if rule.client_column == "id" else values.get(rule.client_column or "")
    phones, codes = _as_texts(values, rule.digit_columns), _as_texts(values, rule.code_columns)
    document = search_document([*_as_texts(values, rule.text_columns), *_own_texts(rule, values)], rule.longest)
    return {
        "id": text_id(rule.kind, record_id),
        "kind": rule.kind,
        "record_id": record_id,
        "client_id": client,
        "module": rule.module,
        "text": document,
        "digits": with_numbers(_digits(phones, codes, own_region or region), document),
    }


_WHOLE_NUMBER = re.compile(r"\+[0-9][0-9 \-]{6,18}")
"""A phone number that says its country: its digits are its E.164 form, and reading it (80 µs) would tell no more."""


def _digits(phones: list[str], codes: list[str], region: str | None) -> str:
    """Return what ``search_digits`` is for, but spend time on reading those phones only that need it."""
    known = [value for value in phones if _WHOLE_NUMBER.fullmatch(value)]
    read = search_digits([value for value in phones if value not in known], region)
    runs = dict.fromkeys(re.sub(r"[^0-9]", "", fold(value)) for value in [*known, *codes])
    joined = "".join(f"  {run}" for run in runs if run)
    return f"{read[:-1]}{joined} "[:DIGITS_LENGTH] if joined else read


def _own_texts(rule: SearchRule, values: Mapping[str, Any]) -> list[str]:
    own = values.get(MEMBERS) if rule.members is not None else None
    return _as_texts(own, rule.members()) if own and rule.members is not None else []


def _as_texts(values: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    found = (values.get(name) for name in columns)
    return [value if isinstance(value, str) else str(value) for value in found if value is not None and value != ""]


def _upsert(insert: Any) -> Any:
    """Return INSERT ... ON CONFLICT that leaves a row alone when nothing in it is different."""
    statement = insert(_texts)
    new = statement.excluded
    fields = ("client_id", "module", "text", "digits")
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: new[name] for name in fields},
        where=or_(*(_texts.c[name].is_distinct_from(new[name]) for name in fields)),
    )


_UPSERT = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}


def rebuild_search(session: orm.Session) -> int:
    """Make all search texts anew from the records, and the full-text index from them; return how many there are.

    Texts of modules whose code is gone stay as they are.
    """
    count = sum(_rebuild_rule(session, rule) for rule in session.database.search)  # type: ignore[attr-defined]
    refill_search_index(orm.Session.connection(session))
    return count


def renew_search_texts(session: orm.Session, rule: SearchRule, *, after: int, limit: int) -> tuple[int, int | None]:
    """Make the search texts of the next records of a kind anew; open ones that nobody needs any more are taken away.

    Returns how many they were and the id to go on after, None when there are no more.
    """
    table = _table(rule)
    following = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(limit)
    ids = list(orm.Session.connection(session).execute(following).scalars())
    if ids:
        _write_anew(session, rule, _values(session, rule, table, ids), ids)
    return len(ids), ids[-1] if len(ids) == limit else None


def renew_some(session: orm.Session, table: str, ids: Iterable[int]) -> None:
    """Make the search texts of records of a table anew that were changed past the journal; others are left alone."""
    rule = session.database.search.of_table(table)  # type: ignore[attr-defined]
    for part in chunks(ids) if rule is not None else ():
        _write_anew(session, rule, _values(session, rule, _table(rule), part), part)


def check_search(session: orm.Session) -> list[str]:
    """Compare search texts with the records and the index with the texts; return one line per difference found.

    The lines name kinds and ids only, no personal data; at most 100 per kind.
    """
    found = [line for rule in session.database.search for line in _check_rule(session, rule)]  # type: ignore[attr-defined]
    return found + _check_index(session)


_CHECKED_LINES = 100


def _rebuild_rule(session: orm.Session, rule: SearchRule) -> int:
    connection = orm.Session.connection(session)
    table = _table(rule)
    ids = connection.execute(select(table.c.id).order_by(table.c.id)).scalars().all()
    kept = _texts.c.kind.in_(_both(rule.kind))
    gone = select(_texts.c.record_id).where(kept, _texts.c.record_id.not_in(select(table.c.id)))
    remove_search_texts(session, rule.kind, connection.execute(gone).scalars().all())
    for part in chunks(ids):
        _write_anew(session, rule, _values(session, rule, table, part), part)
    return len(ids)


def _write_anew(session: orm.Session, rule: SearchRule, rows: list[Any], ids: list[int]) -> None:
    rules: SearchRules = session.database.search  # type: ignore[attr-defined]
    if len(rules.texts_of(rule)) == 1:
        gone = _texts.c.kind == f"{rule.kind}{OPEN}", _texts.c.record_id.in_(ids)
        orm.Session.connection(session).execute(delete(_texts).where(*gone))
    write_search_texts(session, rule, rows)


def _values(session: orm.Session, rule: SearchRule, table: Any, ids: list[int]) -> list[tuple[int, Mapping[str, Any]]]:
    columns = {table.c.id, *(table.c[name] for name in rule.columns)}
    rows = orm.Session.connection(session).execute(select(*columns).where(table.c.id.in_(ids))).mappings()
    return [(row["id"], dict(row)) for row in rows]


def _check_rule(session: orm.Session, rule: SearchRule) -> list[str]:
    rules: SearchRules = session.database.search  # type: ignore[attr-defined]
    texts = rules.texts_of(rule)
    connection = orm.Session.connection(session)
    table = _table(rule)
    stored = {
        (row.kind, row.record_id): (row.client_id, row.text, row.digits)
        for row in connection.execute(select(_texts).where(_texts.c.kind.in_(_both(rule.kind))))
    }
    found: list[str] = []
    for part in chunks(connection.execute(select(table.c.id)).scalars().all()):
        for record_id, values in _values(session, rule, table, part):
            wanted = {one.kind: _row_of(one, record_id, values, rules.region) for one in texts}
            kept = {kind: stored.pop((kind, record_id), None) for kind in wanted}
            if None in kept.values():
                found.append(f"{rule.kind}:{record_id} has no search text")
            elif any(kept[kind] != (one["client_id"], one["text"], one["digits"]) for kind, one in wanted.items()):
                found.append(f"{rule.kind}:{record_id} has an old search text")
    found.extend(f"{kind}:{record_id} is gone but still has a search text" for kind, record_id in stored)
    return found[:_CHECKED_LINES]


def _check_index(session: orm.Session) -> list[str]:
    connection = orm.Session.connection(session)
    if connection.dialect.name != "sqlite":
        return []
    try:
        check = f"INSERT INTO {INDEX_TABLE}({INDEX_TABLE}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 - a constant
        connection.exec_driver_sql(check)
    except DatabaseError:
        return ["the full-text index differs from the search texts"]
    return []


def _table(rule: SearchRule) -> Any:
    """Return the table of a rule, which always belongs to a module whose code is loaded."""
    return Model.metadata.tables[rule.table]
