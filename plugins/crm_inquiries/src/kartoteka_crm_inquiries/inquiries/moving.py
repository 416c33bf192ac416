"""Use cases of an inquiry's way through its process: move on, close, open again. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import apply_changes, record_to_write
from kartoteka.api.db import Session, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.texts import Message, Texts, clean_line
from kartoteka.api.values import entry_of, read_values
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import cancel_activity
from kartoteka_crm_inquiries.inquiries.entering import enter_stage
from kartoteka_crm_inquiries.inquiries.models import SUBJECT_LENGTH, Inquiry
from kartoteka_crm_inquiries.inquiries.ordering import order_of_tender
from kartoteka_crm_inquiries.inquiries.planning import plan_next
from kartoteka_crm_inquiries.inquiries.reading import readers
from kartoteka_crm_inquiries.inquiries.rules import TENDER_SORT, WON, closing_problems
from kartoteka_crm_inquiries.inquiries.steps import note_stage
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY, REASONS
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.processes.rules import entering
from kartoteka_crm_inquiries.series.queries import series_of_inquiry
from kartoteka_crm_inquiries.series.service import end_series

_ = Texts("crm_inquiries")

NO_REASON: Mapping[str, Any] = {}


def move_to_stage(session: Session, id: int, stage_id: int, values: Mapping[str, Any] | None = None) -> Inquiry:
    """Move an inquiry to another stage of a process; one that is won or lost closes it (IN-46).

    ``values`` fill the fields that the stage requires; those that stay empty are named by InvalidInput. For a stage
    that closes they may hold ``reason_id`` and ``reason_text``.
    """
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    stage = _stage_in_use(session, stage_id)
    if inquiry.closed_at is not None:
        raise Refused(_("This is closed. Open it again first."))
    if stage.outcome:
        given = dict(values or {})
        reason = {"reason_id": given.pop("reason_id", None), "reason_text": given.pop("reason_text", "")}
        return close_inquiry(session, id, stage.outcome, values=given, stage=stage, **reason)
    changes = _filled(session, inquiry, stage, values or {})
    if stage.id == inquiry.stage_id and not changes:
        return inquiry
    moved = stage.id != inquiry.stage_id
    if moved:
        changes |= {"stage_id": stage.id, "process_id": stage.process_id, "stage_since": utc_now()}
    apply_changes(session, inquiry, INQUIRY, {**changes, "moved_at": utc_now()})
    if moved:
        enter_stage(session, inquiry, stage)
    return inquiry


def close_inquiry(
    session: Session,
    id: int,
    outcome: str,
    reason_id: int | None = None,
    reason_text: str = "",
    values: Mapping[str, Any] | None = None,
    *,
    stage: Stage | None = None,
    keep_activities: bool = False,
) -> Inquiry:
    """Close an inquiry as ``won`` or ``lost``; what was planned for it is called off unless it is to be kept.

    A tender that is won makes an order, with a call as its next action (IN-03).

    Raises Refused when it is closed, and InvalidInput for an outcome without the reason or a field that its stage asks.
    """
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    if inquiry.closed_at is not None:
        raise Refused(_("This is closed already."))
    reason = _reason(session, outcome, reason_id, reason_text)
    stage = stage or _closing_stage(session, inquiry.process_id, outcome)
    changes = _filled(session, inquiry, stage, values or {}, reason) if stage is not None else {}
    if stage is not None and stage.id != inquiry.stage_id:
        changes |= {"stage_id": stage.id, "process_id": stage.process_id, "stage_since": utc_now()}
    now = utc_now()
    apply_changes(
        session, inquiry, INQUIRY, {**changes, **reason, "outcome": outcome, "closed_at": now, "moved_at": now}
    )
    note_stage(session, inquiry)
    if not keep_activities:
        _call_off(session, inquiry.id)
    if outcome == WON and inquiry.sort == TENDER_SORT:
        order_of_tender(session, inquiry)
    return inquiry


def reopen_inquiry(session: Session, id: int, next_step: NextStep) -> Inquiry:
    """Open a closed inquiry again, with its next action; it goes back to the first stage of its process."""
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    if inquiry.closed_at is None:
        raise Refused(_("This is open."))
    now = utc_now()
    changes: dict[str, Any] = {"outcome": "", "closed_at": None, "reason_id": None, "reason_text": "", "moved_at": now}
    stage = session.scalar(_stages(inquiry.process_id).where(Stage.outcome == "").limit(1))
    if stage is not None and stage.id != inquiry.stage_id:
        changes |= {"stage_id": stage.id, "stage_since": now}
    apply_changes(session, inquiry, INQUIRY, {**changes, "next_at": next_step.starts_at})
    note_stage(session, inquiry)
    plan_next(session, inquiry, next_step)
    return inquiry


def _stages(process_id: int) -> Any:
    return (
        select(Stage).where(Stage.process_id == process_id, Stage.state == "active").order_by(Stage.position, Stage.id)
    )


def _closing_stage(session: Session, process_id: int, outcome: str) -> Stage | None:
    found: Stage | None = session.scalar(_stages(process_id).where(Stage.outcome == outcome).limit(1))
    return found


def _stage_in_use(session: Session, stage_id: int) -> Stage:
    stage = find(session, Stage, stage_id)
    if stage.state != "active":
        raise Refused(_("This stage is not in use any more."))
    return stage


def _filled(
    session: Session, inquiry: Inquiry, stage: Stage, values: Mapping[str, Any], reason: Mapping[str, Any] = NO_REASON
) -> dict[str, Any]:
    """Return the values that are new; raises InvalidInput for each field that the stage requires and nobody filled."""
    changes = read_values(values, readers(session, inquiry))
    lacking = [name for name in entering(session, inquiry, stage, {**changes, **reason}) if name not in reason]
    if lacking:
        problem = _("The stage “%(stage)s” asks for this.", stage=stage.name)
        raise InvalidInput(dict.fromkeys(lacking, problem))
    return changes


def _reason(session: Session, outcome: str, reason_id: int | None, reason_text: str) -> dict[str, Any]:
    checked = read_values({"reason_id": reason_id}, {"reason_id": entry_of(session, REASONS)})
    text = clean_line(reason_text)
    problems: dict[str, Message] = closing_problems(outcome, checked["reason_id"], text)
    if len(text) > SUBJECT_LENGTH:
        problems["reason_text"] = _("This is too long.")
    if problems:
        raise InvalidInput(problems)
    return {"reason_id": checked["reason_id"], "reason_text": text}


def _call_off(session: Session, inquiry_id: int) -> None:
    planned = select(Activity.id).where(Activity.inquiry_id == inquiry_id, Activity.status.in_(OPEN))
    for activity_id in list(session.scalars(planned)):
        cancel_activity(session, activity_id)
    # Each night makes what comes next of a series that goes on.
    for series in series_of_inquiry(session, inquiry_id):
        end_series(session, series)
