"""Use cases of inquiries, orders and tenders: register, change, move, close, hand over, put away. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import apply_changes, record_to_write, set_state
from kartoteka.api.db import Session, actor_of, find, settle, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import works_here
from kartoteka.api.values import read_values
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import let_close, let_plan
from kartoteka_crm_inquiries.inquiries.handing import hand_over_inquiry as hand_over_inquiry
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.moving import close_inquiry as close_inquiry
from kartoteka_crm_inquiries.inquiries.moving import move_to_stage as move_to_stage
from kartoteka_crm_inquiries.inquiries.moving import reopen_inquiry as reopen_inquiry
from kartoteka_crm_inquiries.inquiries.ordering import make_order as make_order
from kartoteka_crm_inquiries.inquiries.planning import plan_next, usual_step
from kartoteka_crm_inquiries.inquiries.reading import read_lines, readers
from kartoteka_crm_inquiries.inquiries.registering import demand_assigning, write_lines
from kartoteka_crm_inquiries.inquiries.registering import register_inquiry as register_inquiry
from kartoteka_crm_inquiries.inquiries.reminding import remind_of_deadline
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY
from kartoteka_crm_inquiries.projects.service import check_project

_ = Texts("crm_inquiries")


def change_inquiry(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Inquiry:
    """Change an inquiry, typed over ``version``; ``lines`` replace all lines.

    Raises EditConflict and what `register_inquiry` raises.
    """
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    given = dict(values)
    lines = read_lines(given.pop("lines")) if given.get("lines") is not None else None
    given.pop("lines", None)
    checked = read_values(given, readers(session, inquiry))
    if "received_at" in checked and checked["received_at"] is None:
        raise InvalidInput({"received_at": _("Fill this in.")})
    if checked.get("client_id", inquiry.client_id) != inquiry.client_id:
        raise InvalidInput({"client_id": _("An inquiry stays with its client.")})
    check_project(session, checked.get("project_id"), inquiry.client_id)
    if checked.get("process_id", inquiry.process_id) != inquiry.process_id:
        raise InvalidInput({"process_id": _("Move it to a stage of the other process.")})
    if checked.get("manager_id", inquiry.manager_id) != inquiry.manager_id:
        demand_assigning(session, checked["manager_id"])
    changes = settle(session, inquiry, INQUIRY, checked, version)
    if changes or lines is not None:
        changes["moved_at"] = utc_now()
    apply_changes(session, inquiry, INQUIRY, changes)
    if lines is not None:
        write_lines(session, inquiry, lines)
    if "deadline" in changes:
        remind_of_deadline(session, inquiry)
    return inquiry


def archive_inquiry(session: Session, id: int) -> Inquiry:
    """Put an inquiry away."""
    found: Inquiry = set_state(session, record_to_write(session, Inquiry, id, EDIT), INQUIRY, RecordState.ARCHIVED)
    return found


def restore_inquiry(session: Session, id: int) -> Inquiry:
    """Take an inquiry out of the archive; an open one whose last action was ended there gets the usual next step."""
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    if inquiry.state == RecordState.ARCHIVED and inquiry.closed_at is None and inquiry.next_at is None:
        plan_usual(session, id)
    found: Inquiry = set_state(session, inquiry, INQUIRY, RecordState.ACTIVE)
    return found


def plan_usual(session: Session, inquiry_id: int) -> Activity:
    """Plan the usual next step of an inquiry, for its manager, or for the actor where he has left."""
    inquiry = find(session, Inquiry, inquiry_id)
    performer_id = inquiry.manager_id
    if performer_id is not None and not works_here(session, performer_id):
        performer_id = actor_of(session).user_id
    return plan_next(session, inquiry, usual_step(session, performer_id))


let_close(close_inquiry)
let_plan(plan_usual)
