"""What is done with inquiries from their page and from the list: hand over, move on, close, reopen, order, archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import Action, ClientNotice, Outcome
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.sales import SaleObjection
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries import service
from kartoteka_crm_inquiries.inquiries.forms import CloseForm, HandOverForm, MoveForm, OrderForm, ReopenForm
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.queries import KNOWN, inquiry_url
from kartoteka_crm_inquiries.inquiries.rules import ORDER_SORT
from kartoteka_crm_inquiries.inquiries.selling import to_know
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT, INQUIRY

_ = Texts("crm_inquiries")


def _step(data: dict[str, Any]) -> NextStep:
    return NextStep(
        starts_at=data["next_starts_at"],
        kind_id=data.get("next_kind_id"),
        performer_id=data.get("next_performer_id"),
        name=data.get("next_name") or "",
    )


def hand_over(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Pass inquiries on to a colleague, with a note (CORE-27)."""
    for one in records:
        service.hand_over_inquiry(session, one.id, data["user_id"], data.get("note") or "")
    number = len(records)
    return Outcome(_.plural("One inquiry is passed on.", "%(count)s inquiries are passed on.", number), number)


def move(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Move inquiries to a stage; what a stage requires has to be filled in each of them."""
    for one in records:
        service.move_to_stage(session, one.id, data["stage_id"])
    number = len(records)
    return Outcome(_.plural("One inquiry is moved.", "%(count)s inquiries are moved.", number), number)


def close(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Close inquiries as won or lost, with the reason (IN-47)."""
    values = {} if data.get("value") is None else {"value": data["value"]}
    for one in records:
        service.close_inquiry(
            session,
            one.id,
            data["outcome"],
            data.get("reason_id"),
            data.get("reason_text") or "",
            values,
            keep_activities=bool(data.get("keep_activities")),
        )
    number = len(records)
    return Outcome(_.plural("One inquiry is closed.", "%(count)s inquiries are closed.", number), number)


def reopen(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Open a closed inquiry again, with its next action."""
    inquiry = service.reopen_inquiry(session, records[0].id, _step(data))
    return Outcome(_("%(number)s is open again.", number=inquiry.number), 1)


def order(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Make an order of an inquiry or tender; the inquiry is won by it unless somebody says otherwise (IN-04)."""
    source_id = records[0].id
    values = {name: data[name] for name in ("value", "deadline", "to_production") if data.get(name) is not None}
    made = service.make_order(session, source_id, values, _step(data))
    source = session.scalars(select(Inquiry).where(Inquiry.id == source_id)).one()
    if data.get("close") and source.closed_at is None:
        won = {} if data.get("value") is None else {"value": data["value"]}
        service.close_inquiry(session, source_id, "won", values=won)
    return Outcome(_("%(number)s is registered.", number=made.number), 1, inquiry_url(made.id))


def tell_of_client(session: Session, ids: list[int]) -> Sequence[ClientNotice | SaleObjection]:
    """Return what is to be known of the client before the order is made, as the form of an order shows it (CL-14)."""
    client_id = session.scalar(select(Inquiry.client_id).where(Inquiry.id == ids[0]))
    known = to_know(session, ORDER_SORT, client_id)
    return () if known is None else known.said


def archive(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Put inquiries away."""
    for one in records:
        service.archive_inquiry(session, one.id)
    number = len(records)
    return Outcome(_.plural("One inquiry is archived.", "%(count)s inquiries are archived.", number), number)


def restore(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Take inquiries out of the archive."""
    for one in records:
        service.restore_inquiry(session, one.id)
    number = len(records)
    return Outcome(_.plural("One inquiry is back.", "%(count)s inquiries are back.", number), number)


def _if(condition: Callable[[Any], bool]) -> Callable[[Session, RecordRef], bool]:
    """Return ``when`` of an action: the record is asked for once, however many actions a page offers."""

    def when(session: Session, record: RecordRef) -> bool:
        known: dict[int, Any] = session.info.setdefault(KNOWN, {})
        if record.id not in known:
            columns = (Inquiry.id, Inquiry.client_id, Inquiry.sort, Inquiry.closed_at, Inquiry.state)
            known[record.id] = session.execute(select(*columns).where(Inquiry.id == record.id)).one_or_none()
        row = known[record.id]
        return row is not None and condition(row)

    return when


def _is_open(row: Any) -> bool:
    return row.closed_at is None and row.state == RecordState.ACTIVE


def register_page(records: list[RecordRef]) -> str:
    """Return the address of the form that registers an inquiry of a client (CL-38)."""
    return f"/crm_inquiries/inquiries/new?client={records[0].id}"


def register_order_page(records: list[RecordRef]) -> str:
    """Return the address of the form that registers an order of a client, to be made or from stock (CL-38)."""
    return f"/crm_inquiries/orders/new?client={records[0].id}"


ACTIONS = [
    Action(
        name="register_inquiry",
        kinds=(CLIENT_KIND,),
        title=_("New inquiry"),
        icon="message-question",
        permission=EDIT,
        page=register_page,
        keys="n i",
        weight=10,
    ),
    Action(
        name="register_order",
        kinds=(CLIENT_KIND,),
        title=_("New order"),
        icon="shopping-cart",
        permission=EDIT,
        page=register_order_page,
        keys="n o",
        weight=12,
    ),
    Action(
        name="make_order",
        kinds=(INQUIRY,),
        title=_("Create an order"),
        icon="shopping-cart",
        permission=EDIT,
        run=order,
        form=OrderForm,
        foretell=tell_of_client,
        when=_if(lambda row: row.sort != ORDER_SORT and row.state == RecordState.ACTIVE),
        weight=110,
    ),
    Action(
        name="hand_over_inquiries",
        kinds=(INQUIRY,),
        title=_("Pass on"),
        icon="transfer",
        permission=ASSIGN,
        run=hand_over,
        form=HandOverForm,
        when=_if(_is_open),
        bulk=True,
        weight=120,
    ),
    Action(
        name="close_inquiries",
        kinds=(INQUIRY,),
        title=_("Close"),
        icon="circle-check",
        permission=EDIT,
        run=close,
        form=CloseForm,
        when=_if(_is_open),
        bulk=True,
        weight=130,
    ),
    Action(
        name="move_inquiries",
        kinds=(INQUIRY,),
        title=_("Move to a stage"),
        icon="columns",
        permission=EDIT,
        run=move,
        form=MoveForm,
        when=_if(_is_open),
        bulk=True,
        single=False,
        weight=140,
    ),
    Action(
        name="reopen_inquiry",
        kinds=(INQUIRY,),
        title=_("Open again"),
        icon="refresh",
        permission=EDIT,
        run=reopen,
        form=ReopenForm,
        when=_if(lambda row: row.closed_at is not None and row.state == RecordState.ACTIVE),
        weight=150,
    ),
    Action(
        name="archive_inquiries",
        kinds=(INQUIRY,),
        title=_("Archive"),
        icon="archive",
        permission=EDIT,
        run=archive,
        when=_if(lambda row: row.state == RecordState.ACTIVE),
        confirm=_("Lists show archived inquiries only when asked. Nothing is deleted, and you can take them back."),
        bulk=True,
        minor=True,
        weight=800,
    ),
    Action(
        name="restore_inquiries",
        kinds=(INQUIRY,),
        title=_("Restore"),
        icon="archive-off",
        permission=EDIT,
        run=restore,
        when=_if(lambda row: row.state == RecordState.ARCHIVED),
        bulk=True,
        minor=True,
        weight=810,
    ),
]
