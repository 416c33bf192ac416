"""How many records saved views find: all of them by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from kartoteka.db.paging import COUNTED, Count, counting_select
from kartoteka.extension.guarding import attempt
from kartoteka.web.lists.known import find_list
from kartoteka.web.lists.loading import limit_of
from kartoteka.web.lists.saved import ListView, args_of
from kartoteka.web.lists.state import ListState, list_surface

if TYPE_CHECKING:
    from kartoteka.db.session import Session

MOST = 20
"""So many views at most are counted at once."""


def count_views(session: Session, views: Sequence[ListView]) -> Mapping[int, Count]:
    """Return how many records each view finds for the session's actor, by the view's id, like the list's own total.

    One statement for all of them; where it fails, one for each, and those that fail are left out. Views of lists that
    are off or forbidden are left out too.
    """
    selects = {one.id: made for one in views[:MOST] if (made := _counting(session, one)) is not None}
    if not selects:
        return {}
    together = attempt(session, "counters of views", "search", lambda: session.execute(select(*selects.values())).one())
    if together.value is not None:
        return {key: _count(number) for key, number in zip(selects, together.value, strict=True)}
    found: dict[int, Count] = {}
    for key, made in selects.items():
        answer = attempt(session, "counter of a view", "search", partial(_ask, session, made))
        if answer.value is not None:
            found[key] = _count(answer.value)
    return found


def _ask(session: Session, counting: Any) -> int | None:
    return session.scalar(select(counting))


def _counting(session: Session, view: ListView) -> Any:
    definition = find_list(session, view.list_name)
    if definition is None:
        return None
    state = ListState(session, definition, args_of(view), surface=list_surface())
    limited = limit_of(session, state.definition, state.address, state.inputs.values())
    return counting_select(session, limited, COUNTED + 1).scalar_subquery()


def _count(number: int | None) -> Count:
    return Count(min(number or 0, COUNTED), (number or 0) <= COUNTED)
