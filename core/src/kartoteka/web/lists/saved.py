"""Saved views of lists: what a list knows of them, and which one an address means (X-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from kartoteka.web.lists.address import EVERYTHING, MOVING, ORDER, QUERY, VIEW, ListAddress, read_address
from kartoteka.web.lists.definition import ListFilter, RecordList

if TYPE_CHECKING:
    from kartoteka.db.session import Session

_MOST_PARAMETERS = 500


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A saved view as its reader has arranged it.

    ``query`` is the list's address behind the question mark; ``columns`` are empty where the reader's own columns
    apply. ``is_pinned`` views stand as tabs above the list, ``is_default`` opens at the list's bare address.
    """

    id: int
    list_name: str
    title: str
    query: str
    columns: tuple[str, ...] = ()
    owner: str = ""
    is_own: bool = True
    is_shared: bool = False
    is_pinned: bool = True
    is_default: bool = False
    may_change: bool = True


def views_of(session: Session, definition: RecordList) -> Sequence[ListView]:
    """Return the saved views of a list that the visitor may use, in his order."""
    from kartoteka.web.current import current

    return current().saved_views(session, definition.name)


def args_of(view: ListView) -> MultiDict[str, str]:
    """Return what a view asks for as the parameters of an address."""
    return MultiDict(parse_qsl(view.query, max_num_fields=_MOST_PARAMETERS)[:_MOST_PARAMETERS])


def read_asked(
    definition: RecordList,
    filters: Iterable[ListFilter],
    args: MultiDict[str, str],
    path: str,
    views: Sequence[ListView],
) -> tuple[ListAddress, ListView | None]:
    """Return the state of a list as an address asks for it, and the saved view that it started from.

    What the address spells out counts; a view alone stands for what it asks for, and so does the bare address for
    the default view.
    """
    filters = list(filters)
    view = _meant(filters, args, views)
    has_default = any(one.is_default for one in views)
    if view is None:
        return replace(read_address(definition, filters, args, path), has_default=has_default), None
    saved = read_address(definition, filters, args_of(view), path)
    asked = read_address(definition, filters, args, path)
    if not _is_spelled_out(filters, args):
        asked = replace(saved, place=asked.place, go=asked.go, exactly=asked.exactly)
    state = frozenset(saved.pairs(moving=False))
    return replace(asked, view=view.id, saved=state, has_default=has_default), view


def is_lost(args: MultiDict[str, str], view: ListView | None) -> bool:
    """Tell whether an address names a view that the visitor does not have, or not any more."""
    return view is None and args.get(VIEW, EVERYTHING) != EVERYTHING


def query_of(address: ListAddress) -> str:
    """Return what is kept of an address under a name."""
    return urlencode(list(address.pairs(moving=False)))


def _meant(filters: Sequence[ListFilter], args: MultiDict[str, str], views: Sequence[ListView]) -> ListView | None:
    named = args.get(VIEW)
    if named is not None:
        return next((one for one in views if str(one.id) == named), None)
    if _is_spelled_out(filters, args) or any(name in args for name in MOVING):
        return None
    return next((one for one in views if one.is_default), None)


def _is_spelled_out(filters: Sequence[ListFilter], args: MultiDict[str, str]) -> bool:
    known = {QUERY, ORDER, *(name for one in filters for name in one.parameters)}
    return any(name in known for name in args)
