"""The list of inquiries, orders and tenders: who works on what, and what stands still (IN-11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import EXPORT, Client
from kartoteka.api.db import utc_now
from kartoteka.api.declare import Choice, Colour, FieldType
from kartoteka.api.lists import ListColumn, ListFilter, RecordList, columns_of, filters_of, orders_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_inquiries.amounts import sums_of
from kartoteka_crm_inquiries.inquiries.fields import INQUIRY_FIELDS, stage_choices
from kartoteka_crm_inquiries.inquiries.models import Inquiry, sales_of
from kartoteka_crm_inquiries.inquiries.rules import STANDS_STILL_AFTER
from kartoteka_crm_inquiries.inquiries.steps import reached_stage
from kartoteka_crm_inquiries.moments import days_since
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY
from kartoteka_crm_inquiries.processes.models import Stage

_ = Texts("crm_inquiries")

PATH = "/crm_inquiries/inquiries/"
NOBODY, STILL, OVERDUE = "nobody", "still", "overdue"
IS_OPEN = Inquiry.closed_at.is_(None)


def stands_still() -> ColumnElement[bool]:
    """Return the condition for open inquiries that nobody moved for longer than their stage allows.

    Those of which the stage says nothing stand still after two weeks. Only few of them are compared day by day: the
    shortest time of any stage is a day.
    """
    allowed = select(func.coalesce(Stage.rot_days, STANDS_STILL_AFTER)).where(Stage.id == Inquiry.stage_id)
    moved = literal(utc_now() - timedelta(days=1), DateTime(timezone=True))
    return and_(IS_OPEN, Inquiry.moved_at < moved, days_since(Inquiry.moved_at) >= allowed.scalar_subquery())


def nobody_works() -> ColumnElement[bool]:
    """Return the condition for open inquiries that nobody works on."""
    return and_(IS_OPEN, Inquiry.manager_id.is_(None))


def is_overdue() -> ColumnElement[bool]:
    """Return the condition for open inquiries whose next action is overdue."""
    return and_(IS_OPEN, Inquiry.next_at < utc_now())


_ATTENTION = {NOBODY: nobody_works, STILL: stands_still, OVERDUE: is_overdue}
_STATUS = {"open": lambda: IS_OPEN, "won": lambda: Inquiry.outcome == "won", "lost": lambda: Inquiry.outcome == "lost"}


def _any_of(known: dict[str, Any]) -> Any:
    return lambda chosen: or_(*(known[one]() for one in chosen if one in known))


def _client_name() -> ColumnElement[Any]:
    return select(Client.name).where(Client.id == Inquiry.client_id).scalar_subquery()


def _stage_name() -> ColumnElement[Any]:
    return select(Stage.name).where(Stage.id == Inquiry.stage_id).scalar_subquery()


_NO_PERFORMER = "-"
_PERFORMER = case((Inquiry.manager_id.is_(None), literal(_NO_PERFORMER)), else_=name_of(Inquiry.manager_id))
_SHOWN_AS = {"manager_id": "performer", "stage_id": "stage"}
_AS_DAYS = ("moved_at", "next_at")
_COLUMN_FIELDS = tuple(
    replace(field, type=FieldType.DATE) if field.name in _AS_DAYS else field
    for field in INQUIRY_FIELDS
    if field.name not in _SHOWN_AS
)
_FILTERED = tuple(
    replace(field, name="kind", column="sort") if field.name == "sort" else field
    for field in INQUIRY_FIELDS
    if field.name != "outcome"
)
"""What can be filtered; in addresses ``sort`` is the order of a list."""


def of_client(number: str) -> ColumnElement[bool]:
    """Return the condition for what is of the client with this number."""
    return Inquiry.client_id.in_(select(Client.id).where(Client.number == number.strip()))


def is_ordered(wanted: bool) -> ColumnElement[bool]:
    """Return the condition for inquiries of which an order was made, one that was not lost, or for all others."""
    order = aliased(Inquiry)
    made = select(order.parent_id).where(order.parent_id.is_not(None), *sales_of(order))
    return Inquiry.id.in_(made) if wanted else Inquiry.id.not_in(made)


INQUIRY_LIST = RecordList(
    name="crm_inquiries.inquiries",
    kind=INQUIRY,
    model=Inquiry,
    title=_("Inquiries"),
    icon="message-question",
    path=PATH,
    columns=(
        *columns_of(_COLUMN_FIELDS, Inquiry),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, expression=_client_name()),
        ListColumn(
            name="performer",
            title=_("Performer"),
            type=FieldType.CHOICE,
            expression=_PERFORMER,
            choices=(Choice(_NO_PERFORMER, _("nobody"), Colour.OVERDUE),),
        ),
        ListColumn(name="stage", title=_("Stage"), type=FieldType.LINE, expression=_stage_name()),
        ListColumn(
            name="still",
            title=_("Days still"),
            type=FieldType.INTEGER,
            expression=case((IS_OPEN, days_since(Inquiry.moved_at))),
            sort="moved_at",
        ),
    ),
    filters=(
        *filters_of(_FILTERED, Inquiry),
        ListFilter(
            name="status",
            title=_("Open or closed"),
            type=FieldType.CHOICE,
            choices=(Choice("open", _.context("inquiry", "Open")), Choice("won", _("Won")), Choice("lost", _("Lost"))),
            condition=_any_of(_STATUS),
        ),
        ListFilter(
            name="reached",
            title=_("Reached the stage"),
            type=FieldType.CHOICE,
            choices=stage_choices,
            condition=lambda chosen: reached_stage(Inquiry.id, chosen),
        ),
        ListFilter(name="client", title=_("Client's number"), type=FieldType.CODE, condition=of_client),
        ListFilter(name="ordered", title=_("Became an order"), type=FieldType.YES_NO, condition=is_ordered),
        ListFilter(
            name="attention",
            title=_("Needs attention"),
            type=FieldType.CHOICE,
            choices=(
                Choice(NOBODY, _("Nobody works on it")),
                Choice(STILL, _("Stands still")),
                Choice(OVERDUE, _("Next action overdue")),
            ),
            condition=_any_of(_ATTENTION),
        ),
    ),
    orders=orders_of(INQUIRY_FIELDS, Inquiry),
    order="-received_at",
    shown=("client", "performer", "stage", "next_at", "still", "value", "number"),
    facts=("client", "performer", "next_at"),
    name_column="subject",
    tabs="kind",
    quick=("status", "attention", "manager_id"),
    users=known_users,
    searched=lambda session: (INQUIRY,),
    search_hint=_("Number, subject or words in the description"),
    edit_path="/edit",
    edit_permission=EDIT,
    new_path="/crm_inquiries/inquiries/new",
    new_permission=EDIT,
    new_title=_("Inquiry"),
    export_permission=EXPORT,
    totals=sums_of(Inquiry),
    nothing_yet=_("What clients ask for is registered here, and each has its next action: nothing is forgotten."),
)
