"""The ids that a search finds, gathered by one statement: finding takes long, so both count and page use them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, orm, select

from kartoteka.db.derived import derived
from kartoteka.db.hits import only_state, read_hits, read_ids
from kartoteka.db.paging import COUNTED, Count, count_up_to
from kartoteka.db.search import Search, restrict_to
from kartoteka.db.walking import GatheredIds


def gather_up_to(
    session: orm.Session, statement: Select[Any], search: Search, limit: int = COUNTED
) -> tuple[Count, GatheredIds | None]:
    """Count those rows of a list that a search finds like ``count_up_to``, and return their ids for ``IdsGathered``.

    None when there are too many. The ids come as one text, on SQLite each as often as it is hit: a row for each, or
    numbers made of them, would take longer than finding them.
    """
    if session.get_bind().dialect.name == "sqlite":
        return _gather_hits(session, statement, search, limit)
    apart, values, look = search.with_values_apart()
    state = only_state(session, statement, search)
    some = lambda hits: _as_array(hits.limit(limit + 1))  # noqa: E731
    made = lambda: select(read_ids(statement, apart, state, some))  # noqa: E731
    gathering = derived(statement, ("hits", look, state, limit), made)
    ids: str = session.execute(gathering, values).scalar_one() or "{}"
    number = ids.count(",") + 1 if ids != "{}" else 0
    return Count(min(number, limit), number <= limit), ids if number <= limit else None


def _gather_hits(
    session: orm.Session, statement: Select[Any], search: Search, limit: int
) -> tuple[Count, GatheredIds | None]:
    """Gather on SQLite; a record is hit through each of its texts, and making that distinct there is slower."""
    most = 2 * limit
    apart, values, look = search.with_values_apart()
    state = only_state(session, statement, search)
    some = lambda hits: _as_json(hits.limit(most + 1))  # noqa: E731
    made = lambda: select(read_hits(statement, apart, state, some))  # noqa: E731
    gathering = derived(statement, ("hits", look, state, most), made)
    written: str = session.execute(gathering, values).scalar_one()
    found = json.loads(written)
    number = len(set(found))
    if number > limit:
        return Count(limit, exact=False), None
    if len(found) > most:
        return count_up_to(session, restrict_to(statement, search), limit), None
    return Count(number, exact=True), written


def _as_array(ids: Select[Any]) -> ColumnElement[str]:
    return select(cast(func.array_agg(ids.subquery().columns[0]), Text)).scalar_subquery()


def _as_json(ids: Select[Any]) -> ColumnElement[str]:
    return select(func.json_group_array(ids.subquery().columns[0])).scalar_subquery()
