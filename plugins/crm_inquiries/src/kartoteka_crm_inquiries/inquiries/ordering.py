"""Makes orders of inquiries and of tenders that are won (IN-03, IN-04). Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import record_to_write
from kartoteka.api.db import Session
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.inquiries.registering import register_inquiry
from kartoteka_crm_inquiries.inquiries.rules import ORDER_SORT
from kartoteka_crm_inquiries.naming import EDIT

_ = Texts("crm_inquiries")

TAKEN_OVER = (
    "client_id",
    "client_number",
    "subject",
    "description",
    "goods",
    "person",
    "value",
    "currency",
    "source_id",
    "project_id",
)


def make_order(session: Session, id: int, values: Mapping[str, Any], next_step: NextStep) -> Inquiry:
    """Make an order of an inquiry or tender: client, lines and value are taken over, ``values`` replace them."""
    source: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    if source.sort == ORDER_SORT:
        raise Refused(_("This is an order already."))
    return _order(session, source, values, next_step)


def order_of_tender(session: Session, tender: Inquiry) -> Inquiry | None:
    """Make the order of a tender that was won, unless it has one; the next action is a call to its client."""
    made = select(Inquiry.id).where(
        Inquiry.parent_id == tender.id, Inquiry.sort == ORDER_SORT, Inquiry.state != RecordState.DELETED
    )
    if session.scalar(made.limit(1)) is not None:
        return None
    return _order(session, tender, {}, usual_step(session))


def _order(session: Session, source: Inquiry, values: Mapping[str, Any], next_step: NextStep) -> Inquiry:
    taken = {name: getattr(source, name) for name in TAKEN_OVER}
    rows = session.scalars(
        select(InquiryLine).where(InquiryLine.inquiry_id == source.id).order_by(InquiryLine.position, InquiryLine.id)
    )
    lines = [{"text": row.text, "quantity": row.quantity, "unit": row.unit, "item": row.item} for row in rows]
    given = {**taken, "lines": lines, **values, "sort": ORDER_SORT, "parent_id": source.id}
    return register_inquiry(session, given, next_step)
