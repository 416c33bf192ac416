"""Writes the rows of a list as HTML in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.ui import BadgeValue
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.lists.cells import badge_marks, cell_writer, escape
from kartoteka.web.lists.definition import ListColumn
from kartoteka.web.lists.loading import Loaded
from kartoteka.web.lists.state import ListState

FACTS = 3
"""How many columns beside the name remain on a phone."""

_PLACEHOLDER = 987654321


class RowWriter:
    """Writes rows for one reader; ``ticked`` puts a box before each, ``edited`` a link to its form behind it."""

    def __init__(self, state: ListState, *, ticked: bool, edited: bool) -> None:
        self.state = state
        self.icon = state.surface.icon
        self.start, self.end = self._record_address()
        self.tick = _tick(escape(str(_("Choose")))) if ticked else _nothing
        self.edit = self._edit_link() if edited else _nothing
        self.archived = f' <span class="k-badge k-none">{escape(str(_("Archived")))}</span>'

    def write(self, loaded: Loaded, badges: Mapping[int, Sequence[BadgeValue]]) -> Markup:
        """Return all rows of a page."""
        return Markup("\n".join(self._rows(loaded, badges)))  # noqa: S704 - every value in it was escaped

    def _rows(self, loaded: Loaded, badges: Mapping[int, Sequence[BadgeValue]]) -> Iterator[str]:
        name, *others = self.state.shown
        names = loaded.values[name.name]
        nothing = (None,) * len(loaded.ids)
        columns = [(self._writer(column), loaded.values.get(column.name) or nothing) for column in others]
        for index, record_id in enumerate(loaded.ids):
            cells = "".join([write(values[index]) for write, values in columns])
            marks = badge_marks(badges[record_id], self.icon) if record_id in badges else ""
            if loaded.states[index] == RecordState.ARCHIVED:
                marks += self.archived
            yield (
                f'<tr>{self.tick(record_id)}<td class="k-cell-main">'
                f'<a id="r{record_id}" href="{self.start}{record_id}{self.end}">'
                f"{escape(names[index] or '–')}</a>{marks}</td>{cells}{self.edit(record_id)}</tr>"
            )

    def _writer(self, column: ListColumn) -> Callable[[Any], str]:
        choices = self.state.choices(column) if column.type in (FieldType.CHOICE, FieldType.CHOICES) else ()
        label = str(column.title) if column.name in facts(self.state) else None
        return cell_writer(column, self.state.surface.formats, choices, label, self.state.surface.root)

    def _record_address(self) -> tuple[str, str]:
        """Return what stands before and behind the id in the addresses of records."""
        kind = extension_of(self.state.session).registry.kind(self.state.definition.kind)
        start, _number, end = kind.url(_PLACEHOLDER).partition(str(_PLACEHOLDER))
        return escape(self.state.surface.root + start), escape(end)

    def _edit_link(self) -> Callable[[int], str]:
        title, pencil = escape(str(_("Edit"))), self.icon("pencil")
        end = f"{self.end}{self.state.definition.edit_path}"
        return lambda record_id: (
            f'<td class="k-cell-minor"><a href="{self.start}{record_id}{end}" aria-label="{title}" '
            f'aria-describedby="r{record_id}">{pencil}</a></td>'
        )


def facts(state: ListState) -> tuple[str, ...]:
    """Return the columns that remain on a phone: those the list names, then the first of the others."""
    shown = [column.name for column in state.shown[1:]]
    wanted = [name for name in state.definition.facts if name in shown]
    return tuple([*wanted, *(name for name in shown if name not in wanted)][:FACTS])


def _tick(title: str) -> Callable[[int], str]:
    return lambda record_id: (
        '<td class="k-cell-check"><input class="form-check-input" type="checkbox" name="id" data-k-row '
        f'value="{record_id}" aria-label="{title}" aria-describedby="r{record_id}"></td>'
    )


def _nothing(record_id: int) -> str:
    return ""
