"""Use cases of saved views: save, change, share, arrange and delete them (X-10, CORE-21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.search.models import QUERY_LENGTH, TITLE_LENGTH, SavedView
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, fold
from kartoteka.web.lists.saved import ListView

SHARE = "search.share_views"
MOST_VIEWS = 50
"""How many views of one list a user may own."""


def read_views(session: Session, list_name: str) -> list[ListView]:
    """Return the views of a list that the session's user may use, not arranged yet; one statement."""
    user_id, may_share = actor_of(session).user_id, actor_of(session).can(SHARE)
    rows = session.execute(
        select(SavedView, User.name)
        .join(User, User.id == SavedView.user_id)
        .where(SavedView.list_name == list_name)
        .order_by(SavedView.id)
    )
    return [
        ListView(
            id=view.id,
            list_name=list_name,
            title=view.title,
            query=view.query,
            columns=tuple(view.columns),
            owner=name,
            is_own=view.user_id == user_id,
            is_shared=view.shared,
            is_pinned=view.pinned,
            may_change=view.user_id == user_id or (view.shared and may_share),
        )
        for view, name in rows
    ]


def arrange_views(views: Iterable[ListView], arrangement: Mapping[str, Any]) -> list[ListView]:
    """Return views as a user has arranged them: their order, which ones are pinned, and which one opens first."""
    pins, default = arrangement.get("pins") or {}, arrangement.get("default")
    places = {view_id: place for place, view_id in enumerate(arrangement.get("order") or [])}
    arranged = [
        replace(view, is_pinned=bool(pins.get(str(view.id), view.is_pinned)), is_default=view.id == default)
        for view in views
    ]
    return sorted(arranged, key=lambda view: (places.get(view.id, len(places)), view.id))


def save_view(
    session: Session,
    list_name: str,
    *,
    title: str,
    query: str,
    columns: Sequence[str] = (),
    shared: bool = False,
    pinned: bool = True,
) -> SavedView:
    """Save what a list shows under a name; raises InvalidInput, and Forbidden for sharing without the right."""
    user_id = actor_of(session).user_id
    if user_id is None:
        raise NotFound
    _demand_sharing(session, shared)
    if (session.scalar(select(func.count(SavedView.id)).where(_own_of(list_name, user_id))) or 0) >= MOST_VIEWS:
        raise Refused(_("There is no room for more views. Delete one that nobody needs."))
    view = SavedView(list_name=list_name, user_id=user_id, shared=shared, pinned=pinned)
    view.title = _sound_title(session, list_name, title, None)
    _fill(view, query, columns)
    session.add(view)
    session.flush()
    bump_state(session)
    return view


def overwrite_view(session: Session, view_id: int, *, query: str, columns: Sequence[str] = ()) -> SavedView:
    """Let a view stand for something else; raises NotFound and Forbidden."""
    view = _changeable(session, view_id)
    _fill(view, query, columns)
    bump_state(session)
    return view


def change_view(session: Session, view_id: int, *, title: str, shared: bool) -> SavedView:
    """Rename a view, share it or keep it to its owner; raises NotFound, Forbidden and InvalidInput."""
    view = _changeable(session, view_id)
    if shared != view.shared:
        _demand_sharing(session, shared=True)
    view.title, view.shared = _sound_title(session, view.list_name, title, view_id), shared
    bump_state(session)
    return view


def delete_view(session: Session, view_id: int) -> None:
    """Delete a view; the records it shows stay. Raises NotFound and Forbidden."""
    session.delete(_changeable(session, view_id))
    bump_state(session)


def arrangement_of(preferences: Mapping[str, Any], list_name: str) -> dict[str, Any]:
    """Return how a user has arranged the views of a list, from his preferences."""
    kept = preferences.get(f"views.{list_name}")
    return dict(kept) if isinstance(kept, dict) else {}


def pin_view(session: Session, list_name: str, view_id: int, *, pinned: bool) -> None:
    """Put a view above the list, or take it away from there; for the session's user only."""
    _known(session, view_id)
    arranged = _arrangement(session, list_name)
    _arrange(session, list_name, {**arranged, "pins": {**(arranged.get("pins") or {}), str(view_id): pinned}})


def open_first(session: Session, list_name: str, view_id: int | None) -> None:
    """Let a view open at the list's bare address, or none; for the session's user only."""
    if view_id is not None:
        _known(session, view_id)
    _arrange(session, list_name, {**_arrangement(session, list_name), "default": view_id})


def move_view(session: Session, list_name: str, view_id: int, *, by: int) -> None:
    """Move a view one place up (-1) or down (1) in the order of the session's user."""
    arranged = _arrangement(session, list_name)
    order = [view.id for view in arrange_views(read_views(session, list_name), arranged)]
    if view_id not in order:
        raise NotFound
    place = order.index(view_id)
    other = min(max(place + by, 0), len(order) - 1)
    order[place], order[other] = order[other], order[place]
    _arrange(session, list_name, {**arranged, "order": order})


def _arrangement(session: Session, list_name: str) -> dict[str, Any]:
    preferences = session.scalar(select(User.preferences).where(User.id == actor_of(session).user_id))
    return arrangement_of(preferences or {}, list_name)


def _arrange(session: Session, list_name: str, arrangement: dict[str, Any]) -> None:
    user_id = actor_of(session).user_id
    if user_id is not None:
        set_preference(session, user_id, f"views.{list_name}", arrangement)


def _known(session: Session, view_id: int) -> SavedView:
    return find(session, SavedView, view_id)


def _changeable(session: Session, view_id: int) -> SavedView:
    view = _known(session, view_id)
    if view.user_id != actor_of(session).user_id:
        demand(session, SHARE)
    return view


def _demand_sharing(session: Session, shared: bool) -> None:
    if shared:
        demand(session, SHARE)


def _sound_title(session: Session, list_name: str, title: str, view_id: int | None) -> str:
    title = clean_line(title)
    if not title:
        raise InvalidInput({"title": _("Enter a name for the view.")})
    if len(title) > TITLE_LENGTH:
        raise InvalidInput({"title": _("Use at most %(count)s characters.", count=TITLE_LENGTH)})
    others = session.execute(select(SavedView.id, SavedView.title).where(SavedView.list_name == list_name))
    if any(fold(other.title) == fold(title) and other.id != view_id for other in others):
        raise InvalidInput({"title": _("There is a view with this name already.")})
    return title


def _fill(view: SavedView, query: str, columns: Sequence[str]) -> None:
    if len(query) > QUERY_LENGTH:
        raise Refused(_("These filters are too long to be saved. Choose fewer values."))
    view.query, view.columns = query, list(columns)


def _own_of(list_name: str, user_id: int) -> Any:
    return (SavedView.list_name == list_name) & (SavedView.user_id == user_id)
