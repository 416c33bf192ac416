"""Turnover by month from files, for companies whose sales are kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, insert_rows, update_rows
from kartoteka.api.declare import Fate, ImportKey, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_clients.classes.fields import MANAGE, TURNOVER, TURNOVER_FIELDS
from kartoteka_crm_clients.classes.models import Turnover
from kartoteka_crm_clients.classes.rules import read_amount, read_month
from kartoteka_crm_clients.importing import CLIENT_COLUMNS, CLIENT_NAMES, client_column, clients_of

_ = Texts("crm_clients")


@dataclass
class _Read:
    """A line with its client, the day and the amount."""

    row: ImportRow
    client_id: int | None
    day: date | None
    amount: Decimal | None
    errors: dict[str, Message] = field(default_factory=dict)


def match_turnover(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the turnover of that client and day that is there already, by line."""
    read = [one for one in _read_all(session, rows) if one.client_id and one.day]
    statement = select(Turnover.id, Turnover.client_id, Turnover.day).where(
        Turnover.client_id.in_({one.client_id for one in read}), Turnover.day.in_({one.day for one in read})
    )
    known = {(row.client_id, row.day): row.id for row in session.execute(statement.order_by(Turnover.id.desc()))}
    keys = {one.row.line: (one.client_id, one.day) for one in read}
    return {line: known[key] for line, key in keys.items() if key in known}


def write_turnover(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Add turnover of clients that the user sees, and change what is there; return what became of each line."""
    read = _read_all(session, rows)
    ids = [row.record_id for row in rows if row.record_id is not None]
    known = session.execute(select(Turnover.id, Turnover.amount).where(Turnover.id.in_(ids))) if ids else ()
    stored = {row.id: row.amount for row in known}
    new = [one for one in read if one.row.record_id is None and not one.errors]
    changed = {
        one.row.record_id: {"amount": one.amount}
        for one in read
        if one.row.record_id and not one.errors and stored.get(one.row.record_id) != one.amount
    }
    made: dict[int, int] = {}
    if not run.dry:
        values = [{"client_id": one.client_id, "day": one.day, "amount": one.amount} for one in new]
        made = {
            one.row.line: record_id for one, record_id in zip(new, insert_rows(session, Turnover, values), strict=True)
        }
        update_rows(session, Turnover, changed)
    return [_outcome(one, made, changed) for one in read]


def _read_all(session: Session, rows: Sequence[ImportRow]) -> list[_Read]:
    clients = clients_of(session, rows)
    return [_read(row, clients[row.line]) for row in rows]


def _read(row: ImportRow, client: Any) -> _Read:
    day, amount = read_month(row.cells.get("day", "")), read_amount(row.cells.get("amount", ""))
    read = _Read(row, None if client is None else client.id, day, amount)
    if client is None:
        read.errors[client_column(row)] = _("There is no such client, several have this name, or you may not see it.")
    if day is None:
        read.errors["day"] = _("This is neither a month nor a day. Write it as 2026-03.")
    if amount is None:
        read.errors["amount"] = _("Write an amount here.")
    return read


def _outcome(one: _Read, made: Mapping[int, int], changed: Mapping[Any, Any]) -> ImportOutcome:
    line, record_id = one.row.line, one.row.record_id
    if one.errors:
        return ImportOutcome(line, Fate.REFUSED, one.errors)
    if record_id is None:
        return ImportOutcome(line, Fate.CREATED, record_id=made.get(line))
    return ImportOutcome(line, Fate.CHANGED if record_id in changed else Fate.UNCHANGED, record_id=record_id)


TARGET = ImportTarget(
    name="turnover",
    title=_("Turnover by month"),
    permission=MANAGE,
    kind=TURNOVER,
    columns=(*CLIENT_COLUMNS, *TURNOVER_FIELDS),
    keys=(ImportKey("client_and_month", _("Client and month"), (*CLIENT_NAMES, "day")),),
    match=match_turnover,
    write=write_turnover,
)
