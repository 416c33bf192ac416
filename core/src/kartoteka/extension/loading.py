"""Loads what modules show on a page: panels, badges and counters. A module that fails shows so; the page stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Integer, ScalarSelect, Select, bindparam, orm, select

from kartoteka.db.session import actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.ui import Badge, BadgeValue, MenuItem, Panel, Tab, Widget
from kartoteka.extension.dispatch import visible
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.vocabulary.record import RecordRef


@dataclass(frozen=True)
class LoadedPanel:
    """A panel to show: its values, or ``failed`` for the error box with the module's name.

    A lazy panel is ``waiting``: the page asks for it afterwards.
    """

    panel: Panel
    module_title: Message
    values: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class LoadedWidget:
    """A widget to show: its values, ``failed`` for the error box, ``empty`` when there is nothing, or ``waiting``."""

    widget: Widget
    module_title: Message
    values: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False
    empty: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class Failure:
    """A badge or counter that could not be loaded, and the module it belongs to."""

    module: str
    name: str
    module_title: Message


@dataclass(frozen=True)
class LoadedBadges:
    """The badges of records by id, in their order, and those that could not be loaded."""

    by_id: Mapping[int, Sequence[BadgeValue]]
    failures: tuple[Failure, ...] = ()

    def of(self, id: int) -> Sequence[BadgeValue]:
        """Return the badges of one record."""
        return self.by_id.get(id, ())


@dataclass(frozen=True)
class Counters:
    """Numbers beside menu entries and tabs, and of what badges look at, by key; without what could not be counted."""

    menu: Mapping[str, int]
    tabs: Mapping[str, int]
    badges: Mapping[str, int] = field(default_factory=dict)


PanelOrder: TypeAlias = Callable[[list[Panel]], list[Panel]]
"""Says which of the panels are shown and in what order."""


def load_panels(
    session: orm.Session, slot: str, record: RecordRef, order: PanelOrder | None = None
) -> list[LoadedPanel]:
    """Return the panels of a slot for a record; those that have nothing to show are left out."""
    offered = visible(session, extension_of(session).registry.panels(slot))
    fitting = [panel for panel in offered if not panel.kinds or record.kind in panel.kinds]
    if order is not None:
        fitting = order(fitting)
    return [loaded for panel in fitting if (loaded := _load_panel(session, panel, record, now=not panel.lazy))]


def load_panel(session: orm.Session, key: str, record: RecordRef) -> LoadedPanel | None:
    """Return one panel ``module.name``, lazy or not; None when it has nothing to show or is not for the actor."""
    panel = extension_of(session).registry.find_panel(key)
    if panel is None or not visible(session, [panel]) or (panel.kinds and record.kind not in panel.kinds):
        return None
    return _load_panel(session, panel, record, now=True)


def load_widget(session: Session, widget: Widget, options: Mapping[str, Any], *, now: bool = True) -> LoadedWidget:
    """Return a widget that the actor may see, with this user's options; ``now`` loads a lazy one too."""
    title = _module_title(session, widget)
    if widget.lazy and not now:
        return LoadedWidget(widget, title, waiting=True)
    answer = attempt(session, f"widget {widget.key}", widget.module, lambda: _widget_values(session, widget, options))
    if answer.failed:
        return LoadedWidget(widget, title, failed=True)
    return LoadedWidget(widget, title, answer.value or {}, empty=answer.value is None)


def load_badges(
    session: orm.Session,
    kind: str,
    ids: Iterable[int],
    *,
    in_list: bool = False,
    counted: Mapping[str, int] | None = None,
) -> LoadedBadges:
    """Return the badges of these records of one kind, each badge loaded once for all of them.

    With ``in_list`` those are left out that stand on the pages of records only. ``counted`` are counters by which a
    badge is known to be absent.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[int, list[BadgeValue]] = {}
    failures: list[Failure] = []
    for badge in visible(session, extension_of(session).registry.badges(kind)) if wanted else ():
        if (in_list and not badge.in_lists) or (counted or {}).get(badge.key) == 0:
            continue
        answer = attempt(session, f"badge {badge.key}", badge.module, _badge_loader(session, badge, wanted))
        if answer.failed:
            failures.append(Failure(badge.module, badge.name, _module_title(session, badge)))
        for record_id, value in (answer.value or {}).items():
            found.setdefault(record_id, []).append(value)
    return LoadedBadges(found, tuple(failures))


def load_counters(
    session: orm.Session,
    *,
    menu: Iterable[MenuItem] = (),
    tabs: Iterable[Tab] = (),
    badges: Iterable[Badge] = (),
    record_id: int | None = None,
) -> Counters:
    """Return the counters of these menu entries, tabs and badges, read by one statement.

    Give only what the user may see. When the one statement fails, each counter is tried by itself.
    """
    selects = dict(_menu_counters(session, menu))
    if record_id is not None:
        selects |= _record_counters(session, "tab", tabs)
        selects |= _record_counters(session, "badge", badges)
    counted = _count_together(session, selects, record_id)
    if counted is None:
        counted = _count_apart(session, selects, record_id)
    by_family: dict[str, dict[str, int]] = {"menu": {}, "tab": {}, "badge": {}}
    for (family, key), number in counted.items():
        by_family[family][key] = number
    return Counters(by_family["menu"], by_family["tab"], by_family["badge"])


_CounterKey = tuple[str, str]
_RECORD_ID: Any = bindparam("record_id", type_=Integer())
"""Stands for the id of the record, so that counters of tabs are made once and executed for many."""


def _load_panel(session: orm.Session, panel: Panel, record: RecordRef, *, now: bool) -> LoadedPanel | None:
    title = _module_title(session, panel)
    if not now and panel.when is None:
        return LoadedPanel(panel, title, waiting=True)
    answer = attempt(session, f"panel {panel.key}", panel.module, lambda: _panel_values(session, panel, record, now))
    if answer.failed:
        return LoadedPanel(panel, title, failed=True)
    if answer.value is None:
        return None
    return LoadedPanel(panel, title, answer.value, waiting=not now)


def _widget_values(session: Session, widget: Widget, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    values = widget.load(session, actor_of(session), options)
    if values is not None and not isinstance(values, Mapping):
        raise TypeError(f"load must return a dictionary or None, not {type(values).__name__}")
    return values


def _panel_values(session: Any, panel: Panel, record: RecordRef, now: bool) -> Mapping[str, Any] | None:
    if panel.when is not None and not panel.when(session, record):
        return None
    if not now:
        return {}
    values = panel.load(session, record)
    if values is not None and not isinstance(values, Mapping):
        raise TypeError(f"load must return a dictionary or None, not {type(values).__name__}")
    return values


def _badge_loader(session: Any, badge: Badge, ids: list[int]) -> Callable[[], Mapping[int, BadgeValue]]:
    def load() -> Mapping[int, BadgeValue]:
        values = badge.load(session, ids)
        if not all(isinstance(value, BadgeValue) for value in values.values()):
            raise TypeError("load must return a BadgeValue for each id")
        return values

    return load


def _menu_counters(session: orm.Session, menu: Iterable[MenuItem]) -> Iterator[tuple[_CounterKey, ScalarSelect[Any]]]:
    for item in menu:
        if item.badge is not None and (counter := _counter(session, item, item.badge)) is not None:
            yield ("menu", item.key), counter


def _record_counters(
    session: orm.Session, family: str, declared: Iterable[Tab] | Iterable[Badge]
) -> Iterator[tuple[_CounterKey, ScalarSelect[Any]]]:
    kept = extension_of(session).counters
    for one in declared:
        if one.count is None:
            continue
        key = (family, one.key)
        counter = kept.get(key)
        if counter is None:
            counter = _counter(session, one, partial(one.count, _RECORD_ID))
        if counter is not None:
            kept[key] = counter
            yield key, counter


def _counter(
    session: orm.Session, owner: Declaration, make: Callable[[], ScalarSelect[Any]]
) -> ScalarSelect[Any] | None:
    def checked() -> ScalarSelect[Any]:
        counter = make()
        if not isinstance(counter, ScalarSelect):
            raise TypeError(f"must return a scalar select, not {type(counter).__name__}")
        return counter

    return attempt(session, f"counter {owner.key}", owner.module, checked).value


def _count_together(
    session: orm.Session, selects: Mapping[_CounterKey, ScalarSelect[Any]], record_id: int | None
) -> dict[_CounterKey, int] | None:
    if not selects:
        return {}
    statement = _counting(session, selects)
    row = attempt(session, "counters", "all", lambda: session.execute(statement, {"record_id": record_id}).one())
    return None if row.value is None else _numbers(selects, row.value)


def _counting(session: orm.Session, selects: Mapping[_CounterKey, ScalarSelect[Any]]) -> Select[Any]:
    """Return the statement that asks for all counters; kept where none is of the menu, as the others stay the same."""
    if any(family == "menu" for family, _key in selects):
        return select(*selects.values())
    kept, keys = extension_of(session).countings, tuple(selects)
    if keys not in kept:
        kept[keys] = select(*selects.values())
    return kept[keys]


def _count_apart(
    session: orm.Session, selects: Mapping[_CounterKey, ScalarSelect[Any]], record_id: int | None
) -> dict[_CounterKey, int]:
    counted: dict[_CounterKey, int] = {}
    for key, counter in selects.items():
        module = key[1].partition(".")[0]
        ask = partial(session.scalar, select(counter), {"record_id": record_id})
        answer = attempt(session, f"counter {key[1]}", module, ask)
        if not answer.failed:
            counted[key] = int(answer.value or 0)
    return counted


def _numbers(keys: Iterable[_CounterKey], row: Iterable[Any]) -> dict[_CounterKey, int]:
    return {key: int(number or 0) for key, number in zip(keys, row, strict=True)}


def _module_title(session: orm.Session, declaration: Declaration) -> Message:
    return extension_of(session).registry.module(declaration.module).title
