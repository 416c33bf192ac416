"""Reads of marketing data: of one client, for a page of a list, and as conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, false, select

from kartoteka.api.db import Session, among, read_once
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.marketing.fields import COLUMN_OF, MARKETING
from kartoteka_crm_clients.marketing.models import Marketing

_ = Texts("crm_clients")

NOT_SET = "none"
_COLUMNS = [getattr(Marketing, column) for column in COLUMN_OF.values()]
_IN_LIST = select(Marketing.client_id, *_COLUMNS).where(among(Marketing.client_id)).order_by(Marketing.id)


def marketing_of(session: Session, client_id: int) -> Marketing | None:
    """Return a client's marketing data, None when nothing was entered."""
    return session.scalars(
        select(Marketing).where(Marketing.client_id == client_id).order_by(Marketing.id).limit(1)
    ).first()


def entry_titles(session: Session, known: Marketing) -> dict[str, EntryTitle]:
    """Return the words of the entries that are chosen, closed ones too, by field; one statement."""
    ids = {name: chosen for name, column in COLUMN_OF.items() if (chosen := getattr(known, column)) is not None}
    if not ids:
        return {}
    entries = session.scalars(select(DirectoryEntry).where(DirectoryEntry.id.in_(set(ids.values()))))
    titles = {one.id: EntryTitle(one.name, dict(one.titles)) for one in entries}
    return {name: titles[chosen] for name, chosen in ids.items() if chosen in titles}


def marketing_in_list(session: Session, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Return the marketing data of clients; one statement for all columns of a page."""

    def read(asked: Sequence[int]) -> dict[int, Row[Any]]:
        return {row.client_id: row for row in session.execute(_IN_LIST, {"ids": asked})}

    return read_once(session, "crm_clients_marketing", ids, read)


def values_of(name: str) -> Callable[[Session, Sequence[int]], Mapping[int, Any]]:
    """Return the function that reads one field for a page of a list."""
    column = COLUMN_OF[name]

    def value(session: Session, ids: Sequence[int]) -> Mapping[int, Any]:
        found = marketing_in_list(session, ids)
        return {client: getattr(row, column) for client, row in found.items() if getattr(row, column) is not None}

    return value


def has_entry(name: str) -> Callable[[ColumnElement[int], Any], ColumnElement[bool]]:
    """Return the condition for clients with an entry in a field; ``none`` stands for those without one."""
    column = getattr(Marketing, COLUMN_OF[name])

    def condition(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
        if value == NOT_SET:
            return ~exists().where(Marketing.client_id == record_id, column.is_not(None))
        written = str(value)
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            return false()
        return record_id.in_(select(Marketing.client_id).where(column == int(written)))

    return condition


def summarise_marketing(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what marketing data are called, as far as the user sees them; one statement."""
    rows = session.execute(select(Marketing.id, Marketing.client_id).where(Marketing.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(MARKETING, row.id), title=str(_("Marketing data")), url=record_url(row.id))
        for row in rows
    }


def record_url(id: int) -> str:
    """Return the address that leads to marketing data on the card of their client."""
    return f"/crm_clients/marketing/{id}"
