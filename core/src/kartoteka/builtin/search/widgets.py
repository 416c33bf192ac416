"""Boxes for the front page: saved views with their counters, and records opened lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.builtin.search.listed import listed_views
from kartoteka.builtin.search.service import favourites, opened_lately
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.message import text as _
from kartoteka.web.current import visitor
from kartoteka.web.lists.counting import count_views
from kartoteka.web.lists.known import all_lists

_RECENT = 6
_STARRED = 12


def load_views(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the pinned views of all lists with their numbers: one statement where the views are known."""
    pinned = [(one, view) for one in all_lists(session) for view in listed_views(session, one.name) if view.is_pinned]
    counts = count_views(session, [view for _list, view in pinned])
    lines = [{"list": one, "view": view, "count": counts.get(view.id)} for one, view in pinned]
    return {"lines": lines, "lists": all_lists(session)}


def load_opened(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the records that the user opened last."""
    return {"hits": opened_lately(session, _RECENT)}


def load_favourites(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the records that the user has starred."""
    return {"hits": favourites(session, visitor().preferences or {})[:_STARRED], "starred": True}


WIDGETS = [
    Widget(
        name="favourites",
        title=_("Favourites"),
        description=_("The records that you have starred."),
        icon="star",
        permission=None,
        template="search/opened_widget.html",
        load=load_favourites,
        at_start=False,
        weight=65,
    ),
    Widget(
        name="views",
        title=_("Saved views"),
        description=_("Your saved views of lists, each with the number of its records."),
        icon="bookmark",
        permission=None,
        template="search/views_widget.html",
        load=load_views,
        at_start=False,
        lazy=True,
        weight=60,
    ),
    Widget(
        name="opened",
        title=_("Recently opened"),
        description=_("The records that you opened last."),
        icon="clock",
        permission=None,
        template="search/opened_widget.html",
        load=load_opened,
        at_start=False,
        weight=70,
    ),
]
