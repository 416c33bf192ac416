"""Writes the cells of a list as HTML: one function per column, made once per page and called for every row.

A template include or a macro per cell would cost more than the database does. Everything that comes from outside
goes through ``escape``, the plain one: making a Markup of every value takes longer than the rest of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from markupsafe import _escape_inner as escape

from kartoteka.extension.declarations.custom import BETWEEN
from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.extension.declarations.ui import BadgeValue
from kartoteka.vocabulary.message import text as _
from kartoteka.web.formats import Formats
from kartoteka.web.lists.definition import NUMBERS, ListColumn

CellText = Callable[[Any], str]
"""Turns a value that is not empty into HTML."""

QUIET = '<span class="k-quiet">–</span>'
_CUT = frozenset({FieldType.LINE, FieldType.BLOCK, FieldType.EMAIL, FieldType.URL, FieldType.USER})
_ROOM = 20
"""Longer texts may not fit their cell: they are shown whole on hover."""

_LONGEST_TITLE = 300
_LONGEST_BLOCK = 120
_NOT_DIALLED = re.compile(r"[^0-9+]")


def cell_writer(
    column: ListColumn, formats: Formats, choices: Sequence[Choice], label: str | None, root: str = ""
) -> CellText:
    """Return what writes a whole cell; ``label`` stands beside the value on a phone, where None hides the cell.

    ``root`` is what addresses of pages begin with.
    """
    opening, empty = _frame(column, label)
    write = _file_writer(root) if column.type == FieldType.FILE else _writer(column, formats, choices)
    may_be_cut = column.type in _CUT

    def cell(value: Any) -> str:
        if value is None or value == "":
            return empty
        if may_be_cut and len(str(value)) > _ROOM:
            return f'{opening[:-1]} title="{escape(str(value)[:_LONGEST_TITLE])}">{write(value)}</td>'
        return f"{opening}{write(value)}</td>"

    return cell


def badge_marks(badges: Sequence[BadgeValue], icon: Callable[..., str]) -> str:
    """Return the marks beside a record's name."""
    return "".join(
        f' <span class="k-badge k-{escape(badge.colour or "none")}"{_hint(badge)}>'
        f"{icon(badge.icon) if badge.icon else ''}{escape(str(badge.text))}</span>"
        for badge in badges
    )


def _hint(badge: BadgeValue) -> str:
    return f' title="{escape(str(badge.title))}"' if badge.title else ""


def _frame(column: ListColumn, label: str | None) -> tuple[str, str]:
    names = ["k-number"] if column.type in NUMBERS else []
    if label is None:
        names.append("k-cell-minor")
    attributes = f' class="{" ".join(names)}"' if names else ""
    if label is not None:
        attributes += f' data-label="{escape(label)}"'
    # Empty cells of a card on a phone would only take room.
    quiet = attributes if label is None else f' class="{" ".join([*names, "k-cell-minor"])}"'
    return f"<td{attributes}>", f"<td{quiet}>{QUIET}</td>"


def _writer(column: ListColumn, formats: Formats, choices: Sequence[Choice]) -> CellText:
    if column.type == FieldType.CHOICE:
        return _choice_writer(choices)
    if column.type == FieldType.CHOICES:
        titles = {choice.value: str(choice.title) for choice in choices}
        return lambda value: escape(chosen_titles(value, titles))
    if column.type in (FieldType.DATE, FieldType.DATETIME):
        return _day_writer(formats) if column.type == FieldType.DATE else _moment_writer(formats)
    if column.type in NUMBERS:
        return _number_writer(formats, places=2 if column.type == FieldType.DECIMAL else None)
    if column.type == FieldType.YES_NO:
        yes, no = escape(str(_("Yes"))), escape(str(_("No")))
        return lambda value: yes if value else no
    return _PLAIN_WRITERS.get(column.type, _plain)


def chosen_titles(value: Any, titles: Mapping[str, str]) -> str:
    """Return what several choices in one text are called."""
    return ", ".join(titles.get(one, one) for one in str(value or "").split(BETWEEN) if one)


def _choice_writer(choices: Sequence[Choice]) -> CellText:
    written: Mapping[str, str] = {
        choice.value: (
            f'<span class="k-badge k-{escape(choice.colour)}">{escape(str(choice.title))}</span>'
            if choice.colour
            else escape(str(choice.title))
        )
        for choice in choices
    }
    return lambda value: written.get(str(value)) or escape(str(value))


def _day_writer(formats: Formats) -> CellText:
    # Whatever a module hands over as a day is shown; a moment becomes the reader's day.
    return lambda value: escape(
        formats.date(formats.local(value).date() if isinstance(value, datetime) else value)
        if hasattr(value, "year")
        else str(value)
    )


def _moment_writer(formats: Formats) -> CellText:
    def write(value: Any) -> str:
        if not isinstance(value, datetime):
            return escape(str(value))
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return f'<time datetime="{moment.isoformat()}">{escape(formats.moment(moment))}</time>'

    return write


def _number_writer(formats: Formats, places: int | None) -> CellText:
    return lambda value: escape(
        formats.number(value, places) if isinstance(value, int | float | Decimal) else str(value)
    )


def file_in(value: Any) -> tuple[str, str]:
    """Return the id and the name of a document, as a list reads them in one value."""
    number, _between, name = str(value).partition(BETWEEN)
    return number, name


def _file_writer(root: str) -> CellText:
    def write(value: Any) -> str:
        number, name = file_in(value)
        return f'<a href="{escape(root)}/files/{escape(number)}">{escape(name)}</a>'

    return write


def _plain(value: Any) -> str:
    return escape(str(value))


def _code(value: Any) -> str:
    return f'<span class="k-nowrap">{escape(str(value))}</span>'


def _phone(value: Any) -> str:
    number = escape(str(value))
    dialled = _NOT_DIALLED.sub("", str(value))
    return f'<a class="k-nowrap" href="tel:{dialled}">{number}</a>' if dialled else number


def _email(value: Any) -> str:
    address = escape(str(value))
    return f'<a href="mailto:{address}">{address}</a>' if "@" in value else address


def _website(value: Any) -> str:
    typed = str(value)
    shown = escape(typed.partition("//")[2] or typed)
    target = typed if typed.lower().startswith(("http://", "https://")) else f"https://{typed}"
    return f'<a href="{escape(target)}" rel="noopener noreferrer" target="_blank">{shown}</a>'


def _block(value: Any) -> str:
    first = str(value).partition("\n")[0]
    shortened = first if len(first) <= _LONGEST_BLOCK else f"{first[: _LONGEST_BLOCK - 1].rstrip()}…"
    return escape(shortened)


_PLAIN_WRITERS: dict[FieldType, CellText] = {
    FieldType.CODE: _code,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.URL: _website,
    FieldType.BLOCK: _block,
}
