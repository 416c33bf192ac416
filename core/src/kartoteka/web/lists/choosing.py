"""The two forms beside a list: all its filters, and the columns it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists.address import ANY, VIEW, ListAddress
from kartoteka.web.lists.definition import ListColumn, RecordList
from kartoteka.web.lists.saved import ListView
from kartoteka.web.lists.state import ListState
from kartoteka.web.lists.widgets import Widget, widget

SAVE, RESET = "save", "reset"
EITHER = _("One of these filters is enough")
Keep = Callable[[Any, int, str, "list[str] | None"], None]
"""Keeps a user's choice: ``keep(session, user_id, name, columns)``; None forgets it."""


class FilterForm:
    """The form with all filters of a list, filled with what the address asks for."""

    def __init__(self, state: ListState) -> None:
        self.definition = state.definition
        self.address = state.address
        self.widgets: list[Widget] = [widget(state, one) for one in state.inputs.values()]
        self.back = state.address.url()
        own = {name for one in state.filters.values() for name in one.parameters}
        self.carried = [pair for pair in state.address.pairs(moving=False) if pair[0] not in {*own, ANY}]
        self.either = (ANY, EITHER)
        self.carried += [(VIEW, str(state.view.id))] if state.view is not None else []


@dataclass(frozen=True)
class ColumnChoice:
    """A column in the form: whether it is ticked."""

    name: str
    title: Message
    shown: bool


class ColumnForm:
    """The form in which a user ticks and orders the columns of a list (CL-33)."""

    def __init__(
        self, definition: RecordList, choices: Sequence[ColumnChoice], address: ListAddress, root: str
    ) -> None:
        self.definition = definition
        self.columns = choices
        self.back = address.url()
        # The list's state goes along, so that saving leads back to the same place.
        self.action = address.url().replace(f"{root}{definition.path}", f"{root}{definition.path}columns", 1)


def choices_now(
    definition: RecordList, columns: Mapping[str, ListColumn], shown: Iterable[ListColumn]
) -> list[ColumnChoice]:
    """Return all columns, those that are shown first and in their order."""
    names = [column.name for column in shown if column.name != definition.name_column]
    return _arrange(definition, columns, names, set(names))


def choices_sent(
    definition: RecordList, columns: Mapping[str, ListColumn], form: MultiDict[str, str]
) -> list[ColumnChoice]:
    """Return the columns as a form has them, one moved up or down when its arrow was pressed."""
    names = [name for name in dict.fromkeys(form.getlist("order")) if name in columns]
    direction, _sign, name = form.get("do", "").partition(":")
    if name in names and direction in ("up", "down"):
        place = names.index(name)
        other = min(max(place + (1 if direction == "down" else -1), 0), len(names) - 1)
        names[place], names[other] = names[other], names[place]
    return _arrange(definition, columns, names, set(form.getlist("shown")))


def names_shown(choices: Iterable[ColumnChoice]) -> list[str]:
    """Return what is kept of a choice of columns."""
    return [choice.name for choice in choices if choice.shown]


def preference_of(definition: RecordList, view: ListView | None = None) -> str:
    """Return the name under which a user's columns of a list, or of one saved view of it, are kept."""
    return f"columns.{definition.name}" if view is None else f"columns.{definition.name}.view.{view.id}"


def _arrange(
    definition: RecordList, columns: Mapping[str, ListColumn], first: Sequence[str], ticked: set[str]
) -> list[ColumnChoice]:
    ordered = dict.fromkeys([*first, *columns])
    ordered.pop(definition.name_column, None)
    return [ColumnChoice(name, columns[name].title, name in ticked) for name in ordered]
