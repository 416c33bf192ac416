"""One page of a list as its template shows it: everything is decided here, the template only places it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from kartoteka.db.actor import Reach
from kartoteka.db.paging import Count
from kartoteka.db.search_similar import find_similar_ids
from kartoteka.db.session import actor_of
from kartoteka.extension import dispatch
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.loading import load_badges
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState, RecordSummary
from kartoteka.vocabulary.search import parse_query
from kartoteka.web.current import current
from kartoteka.web.lists.address import EXACTLY, GO, PLACE, QUERY, VIEW
from kartoteka.web.lists.choosing import EITHER
from kartoteka.web.lists.counting import count_views
from kartoteka.web.lists.definition import NUMBERS, ListColumn
from kartoteka.web.lists.loading import Loaded, limit_of, load_page
from kartoteka.web.lists.rows import RowWriter
from kartoteka.web.lists.state import ListState
from kartoteka.web.lists.widgets import Quick, quick

_COMPARED, _SIMILAR = 50, 8
_NOT_CARRIED = frozenset({QUERY, PLACE, GO, EXACTLY})


@dataclass(frozen=True)
class Head:
    """The head of a column: where a click leads and how it is sorted now ("ascending", "descending" or None)."""

    title: Message
    url: str | None
    sorted: str | None
    is_number: bool


@dataclass(frozen=True)
class Chip:
    """A filter at work and the address without it; ``problem`` says why it does not count."""

    title: Message
    words: Sequence[Translatable]
    url: str
    problem: Message | None = None


@dataclass(frozen=True)
class TabItem:
    """A tab above the list."""

    title: Translatable
    url: str
    is_current: bool


@dataclass(frozen=True)
class ViewItem:
    """A saved view above the list; ``count`` is the list's total as it is written there, "" when it is not known."""

    title: str
    url: str
    count: str
    is_current: bool
    is_changed: bool


@dataclass(frozen=True)
class GoTo:
    """The box that leads to a value of the column the list is sorted by."""

    title: Message
    type: str
    value: str
    problem: Message | None


class ListPage:
    """What the template of a list shows; made while the session is open, complete afterwards."""

    def __init__(self, state: ListState) -> None:
        definition, session = state.definition, state.session
        actor = actor_of(session)
        actions = dispatch.visible(session, extension_of(session).registry.actions(definition.kind))
        self.state = state
        self.definition = definition
        self.address = state.address
        self.actions = sorted(actions, key=lambda action: not action.bulk)
        self.can_edit = _may(actor.can, definition.edit_path, definition.edit_permission)
        self.can_add = _may(actor.can, definition.new_path, definition.new_permission)
        self.can_export = definition.export_permission is not None and actor.can(definition.export_permission)
        self.links = dispatch.list_links(session, definition.name) if self.address.is_limited else []
        self.sees_all = actor.is_system or actor.reach == Reach.ALL
        self.loaded: Loaded = load_page(session, definition, state.address, state.shown, state.inputs.values())
        self.rows = self._write_rows()
        self.chips = self._chips()
        self.tabs = self._tabs()
        self.quick = self._quick()
        self.views: list[ViewItem] = []
        self.sums = self._sums()
        self.similar: list[RecordSummary] = []
        self.find_similar()

    def _sums(self) -> Sequence[Translatable]:
        if self.definition.totals is None or self.is_empty or not self.loaded.total.exact:
            return ()
        session = self.state.session
        return self.definition.totals(
            session, limit_of(session, self.definition, self.address, self.state.inputs.values())
        )

    def find_similar(self) -> None:
        """Look for records written alike when the search of the list finds nothing; a few of them are named below."""
        definition, session, query = self.definition, self.state.session, self.address.query
        if not (self.is_empty and query and definition.searched is not None):
            return
        column: Any = definition.search_column
        ids = find_similar_ids(session, parse_query(query), definition.searched(session), column)[:_COMPARED]
        kind = extension_of(session).registry.find_kind(definition.kind)
        known = kind.summarise(session, ids) if kind is not None and ids else {}
        found = [known[one] for one in ids if one in known and known[one].state == RecordState.ACTIVE]
        self.similar = [one for one in found if one.url][:_SIMILAR]

    def count_views(self) -> None:
        """Put the visitor's pinned views above the list, each with its counter: one statement, or none."""
        address, pinned = self.address, [view for view in self.state.views if view.is_pinned]
        counts = count_views(self.state.session, pinned)
        self.views = [
            ViewItem(
                title=view.title,
                url=f"{address.path}?{VIEW}={view.id}",
                count=self._written(counts[view.id]) if view.id in counts else "",
                is_current=view.id == address.view,
                is_changed=view.id == address.view and address.is_changed,
            )
            for view in pinned
        ]

    @property
    def views_url(self) -> str | None:
        """Where views of this list are saved and arranged; None where the list has no name."""
        known = self.state.is_named and current().views_path is not None
        return f"{self.state.surface.root}{current().views_path}{self.definition.name}" if known else None

    def _written(self, count: Count) -> str:
        number = self.state.surface.formats.number(count.number)
        return number if count.exact else f"{number}+"

    def _write_rows(self) -> Markup:
        if self.is_empty:
            return Markup()
        badges = load_badges(self.state.session, self.definition.kind, self.loaded.ids, in_list=True)
        writer = RowWriter(self.state, ticked=bool(self.actions), edited=self.can_edit)
        return writer.write(self.loaded, badges.by_id)

    def _chips(self) -> list[Chip]:
        chips = [
            Chip(one.filter.title, one.words, self.address.without(one.filter), one.problem)
            for one in self.state.inputs.values()
            if one.problem or (one.is_active and one.filter.name != self.definition.tabs)
        ]
        if self.address.either and len(chips) > 1:
            chips.insert(0, Chip(EITHER, (), self.address.url(either=False)))
        return chips

    def _tabs(self) -> list[TabItem]:
        one = self.state.filters.get(self.definition.tabs or "")
        if one is None:
            return []
        given = self.address.filters.get(one.name, ())
        return [
            TabItem(_("All"), self.address.with_choice(one), not given),
            *(
                TabItem(choice.title, self.address.with_choice(one, choice.value), given == (choice.value,))
                for choice in self.state.choices(one)
            ),
        ]

    def _quick(self) -> list[Quick]:
        inputs = [self.state.inputs[name] for name in self.definition.quick if name in self.state.inputs]
        return [made for one in inputs if (made := quick(self.state, one)) is not None]

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        return [self._head(column) for column in self.state.shown]

    def _head(self, column: ListColumn) -> Head:
        address, order = self.address, column.sort
        is_number = column.type in NUMBERS
        if order is None or self.definition.find_order(order) is None:
            return Head(column.title, None, None, is_number)
        is_current = address.order == order
        now = ("descending" if address.descending else "ascending") if is_current else None
        url = address.url(order=order, descending=is_current and not address.descending)
        return Head(column.title, url, now, is_number)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the search form carries along unseen: filters that stand elsewhere, and the order."""
        visible = _NOT_CARRIED.union(one.name for one in self.quick)
        pairs = [pair for pair in self.address.pairs(moving=False) if pair[0] not in visible]
        return [*pairs, *self.view_pair]

    @property
    def view_pair(self) -> list[tuple[str, str]]:
        """The view that the list started from, as forms carry it along."""
        return [(VIEW, str(self.address.view))] if self.address.view is not None else []

    @property
    def total(self) -> Message:
        """The number of records: exact up to a limit, "10,000+" above."""
        return _("Total: %(number)s", number=self._written(self.loaded.total))

    @property
    def everything(self) -> Message | None:
        """How the choice of all results on all pages is named; None when this page has them all."""
        page, named = self.loaded.page, self.state.is_named
        if not (named and (page.next or page.previous) and any(action.bulk for action in self.actions)):
            return None
        return _("All %(number)s results, on all pages", number=self._written(self.loaded.total))

    @property
    def where(self) -> str:
        """What the address asks for, without the place in the list."""
        return urlencode(list(self.address.pairs(moving=False)))

    @property
    def exact_url(self) -> str | None:
        """Where the exact number is counted; None when it is known."""
        return None if self.loaded.total.exact else self.address.url(exactly=True, place=self.address.place)

    @property
    def here(self) -> str:
        """The address of this page."""
        return self.address.url(place=self.address.place, go=self.address.go)

    def at(self, cursor: str) -> str:
        """Return the address of another page."""
        return self.address.url(place=cursor)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.loaded.ids

    @property
    def notices(self) -> list[Message]:
        """What the reader should know: parts that could not be loaded, a page that is gone."""
        found = [_("This could not be loaded now: %(title)s", title=title) for title in self.loaded.failed]
        if self.loaded.page.notice:
            found.append(_("That page of the list does not exist any more. This is the first one."))
        if self.state.lost_view:
            found.append(_("There is no such saved view any more. This is the whole list."))
        return found

    @property
    def why_empty(self) -> tuple[str, Message, Message, str | None, Message | None]:
        """Why there is nothing: icon, title, text, and the address and title of the way out."""
        definition = self.definition
        if self.address.is_limited:
            text = _("Nothing meets the search and the filters above.")
            return "filter-off", _("Nothing found"), text, self.address.cleared, _("Clear all filters")
        if not self.sees_all:
            text = _("What belongs to colleagues is not shown to you. Ask an administrator if you need to see it.")
            return "eye-off", _("Nothing here that you may see"), text, *self._way_to_add()
        text = definition.nothing_yet or _("What is entered will be listed here.")
        return definition.icon, _("Nothing here yet"), text, *self._way_to_add()

    def _way_to_add(self) -> tuple[str | None, Message | None]:
        if not self.can_add:
            return None, None
        return f"{self.state.surface.root}{self.definition.new_path}", self.definition.new_title

    @property
    def go(self) -> GoTo | None:
        """The box to go to a value of the order's column; None when there is one page only."""
        order = self.definition.find_order(self.address.order)
        titled = next((one for one in self.state.columns.values() if order and one.sort == order.name), None)
        page = self.loaded.page
        if order is None or titled is None or not (page.next or page.previous or self.address.go):
            return None
        kind = "date" if order.type == FieldType.DATE else "text"
        return GoTo(titled.title, kind, self.address.go, self.loaded.go_problem)


def _may(can: Callable[[str], bool], path: str | None, permission: str | None) -> bool:
    return path is not None and (permission is None or can(permission))
