"""Inquiries in the stream of their client: when each was registered and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.declare import StreamPart, TimelineEntry, TimelineSource
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.queries import inquiry_url
from kartoteka_crm_inquiries.inquiries.rules import ORDER_SORT, TENDER_SORT
from kartoteka_crm_inquiries.naming import INQUIRY, VIEW

_ = Texts("crm_inquiries")

_SHOWN = 600


def read_inquiries(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the inquiries of a client that the reader may see, at the moment they came in; one statement."""
    if part.client_id is None:
        return []
    found = select(
        Inquiry.id,
        Inquiry.client_id,
        Inquiry.received_at,
        Inquiry.number,
        Inquiry.subject,
        Inquiry.sort,
        Inquiry.outcome,
        name_of(Inquiry.manager_id).label("who"),
    ).where(Inquiry.client_id == part.client_id, Inquiry.state != RecordState.DELETED)
    rows = session.execute(part.newest(found, Inquiry.received_at, Inquiry.id)).all()
    return [_entry(row) for row in rows]


def _entry(row: Any) -> TimelineEntry:
    return TimelineEntry(
        id=row.id,
        at=row.received_at,
        title=_title(row),
        who=row.who or "",
        text=row.subject[:_SHOWN],
        about=RecordRef(INQUIRY, row.id),
        url=inquiry_url(row.id),
    )


def _title(row: Any) -> Any:
    if row.sort == ORDER_SORT:
        return _("Order %(number)s", number=row.number)
    if row.sort == TENDER_SORT:
        return _("Tender %(number)s", number=row.number)
    return _("Inquiry %(number)s", number=row.number)


STREAM = TimelineSource(
    name="inquiries",
    title=_("Inquiries"),
    icon="message-question",
    permission=VIEW,
    read=read_inquiries,
    kinds=("clients.client",),
)
