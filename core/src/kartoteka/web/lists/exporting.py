"""A list taken away as a file: exactly what is filtered, sorted and shown, streamed, and noted in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from kartoteka.db.audit import audit
from kartoteka.db.paging import count_exactly
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.errors import Forbidden, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.current import current, visitor
from kartoteka.web.downloads import csv_response, xlsx_response
from kartoteka.web.i18n import current_formats
from kartoteka.web.lists.cells import chosen_titles, file_in
from kartoteka.web.lists.definition import ListColumn, RecordList
from kartoteka.web.lists.loading import limit_of, walk_list
from kartoteka.web.lists.state import ListState
from kartoteka.web.lists.views import open_list
from kartoteka.web.ods import ods_response
from kartoteka.web.pages import render

Answer = str | Response | tuple[str, int]
PAGE = 500
"""Rows read at once: all that an export keeps in memory. Twice as many are a tenth quicker, for thrice the memory."""

MOST_ON_A_SHEET = 1_048_575
_CUT_SHORT = _("This file is not complete: your rights were changed while it was made.")
FORMATS: Mapping[str, tuple[Message, Callable[..., Response]]] = {
    "csv": (_("CSV: for every program, any number of rows"), csv_response),
    "xlsx": (_("XLSX: for Excel"), xlsx_response),
    "ods": (_("ODS: for LibreOffice"), ods_response),
}


def export_list(definition: RecordList) -> Answer:
    """Ask for the kind of file (GET), or send the list as one (POST)."""
    needed = definition.export_permission
    if needed is None or not visitor().can(needed):
        raise Forbidden(permission=needed)
    with reading() as session:
        state = open_list(session, definition)
        problems = [one.problem for one in state.inputs.values() if one.problem]
        number = count_exactly(
            session, limit_of(session, state.definition, state.address, state.inputs.values())
        ).number
    if request.method != "POST" or problems:
        problem = problems[0] if problems else None
        page = render(
            "shell/list_export.html",
            list=definition,
            address=state.address,
            number=number,
            formats=FORMATS,
            why=problem,
        )
        return page if problem is None else (page, 422)
    return _send(definition, state, number)


def _send(definition: RecordList, state: ListState, number: int) -> Response:
    kind = request.form.get("format", "csv")
    if kind not in FORMATS:
        raise Refused(_("Choose one of the values offered."), "format")
    if kind != "csv" and number > MOST_ON_A_SHEET:
        raise Refused(_("A sheet can hold at most %(most)s rows. Use CSV.", most=f"{MOST_ON_A_SHEET:,}"), "format")
    columns = _columns(state, everything=request.form.get("columns") == "all")
    facts = {"list": definition.name, "format": kind, "rows": number, "columns": [column.name for column in columns]}
    with transaction() as session:
        audit(session, "list.exported", facts=facts, details={"address": state.address.url()[:1000]})
    name = f"{definition.name}-{current_formats().today().isoformat()}.{kind}"
    return FORMATS[kind][1](partial(_rows, definition, columns), columns, name)


def _columns(state: ListState, *, everything: bool) -> list[ListColumn]:
    """Return the columns that the user sees on the list, or all that he may see."""
    shown = list(state.shown)
    if not everything:
        return shown
    return [*shown, *(column for column in state.columns.values() if column not in shown)]


def _rows(definition: RecordList, columns: Sequence[ListColumn]) -> Iterator[Sequence[Any]]:
    with reading() as session:
        state = open_list(session, definition)
        paged = replace(state.definition, size=PAGE)
        writers = [_writer(session, state, column) for column in columns]
        for values in walk_list(session, paged, state.address, columns, state.inputs.values()):
            if not current().is_unchanged(visitor()):  # type: ignore[arg-type]
                yield [str(_CUT_SHORT), *[None] * (len(columns) - 1)]
                return
            written = [write(column) if write else column for write, column in zip(writers, values, strict=True)]
            yield from zip(*written, strict=True)


def _writer(session: Session, state: ListState, column: ListColumn) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
    """Return what turns the values of a column into what a reader of the file understands; None for plain values."""
    if column.type == FieldType.CHOICE:
        titles = {choice.value: str(choice.title) for choice in state.choices(column)}
        return lambda values: [titles.get(value, value) for value in values]
    if column.type == FieldType.CHOICES:
        titles = {choice.value: str(choice.title) for choice in state.choices(column)}
        return lambda values: [chosen_titles(value, titles) for value in values]
    if column.type == FieldType.FILE:
        return lambda values: [value and file_in(value)[1] for value in values]
    if column.type == FieldType.YES_NO:
        words = {True: str(_("Yes")), False: str(_("No"))}
        return lambda values: [None if value is None else words[bool(value)] for value in values]
    return None
