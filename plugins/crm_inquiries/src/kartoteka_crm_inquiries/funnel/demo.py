"""The room's part of the demo company: processes, a rule of assignment, and the way that inquiries have come."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, delete_rows, insert_rows, utc_now
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.assignment.models import Assignment
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.processes.models import Stage

_ = Texts("crm_inquiries")


def add_demo_data(session: Session) -> None:
    """Give inquiries the steps that lead to their stage, and new ones somebody to answer for them."""
    users = [user for user, _name in active_users(session)]
    if users and session.scalar(select(Assignment.id).limit(1)) is None:
        session.add(Assignment(name=str(_("New inquiries")), way="load", users=users[:4], places=[]))
        session.flush()
    ways: dict[int, list[Stage]] = defaultdict(list)
    for stage in session.scalars(select(Stage).order_by(Stage.process_id, Stage.position, Stage.id)):
        ways[stage.process_id].append(stage)
    known: dict[int, list[int]] = defaultdict(list)
    for row in session.execute(select(StageStep.inquiry_id, StageStep.id)):
        known[row.inquiry_id].append(row.id)
    steps: list[dict[str, Any]] = []
    only: list[int] = []
    for inquiry in session.scalars(select(Inquiry).order_by(Inquiry.id)):
        if len(known[inquiry.id]) <= 1:
            only += known[inquiry.id]
            steps += _steps(inquiry, ways[inquiry.process_id])
    delete_rows(session, StageStep, only)
    insert_rows(session, StageStep, steps)


def _steps(inquiry: Inquiry, way: list[Stage]) -> list[dict[str, Any]]:
    """Return the steps of an inquiry: equal times at each stage from the first one to where it is."""
    before = [stage for stage in way if not stage.outcome]
    here = next((stage for stage in way if stage.id == inquiry.stage_id), None)
    passed = [stage for stage in before if here is None or here.outcome or stage.position < here.position]
    if here is not None and here.outcome == "lost":
        passed = passed[: 1 + inquiry.id % max(len(passed), 1)]
    until = inquiry.stage_since
    if until <= inquiry.received_at and passed:
        until = inquiry.received_at + (max(utc_now(), inquiry.received_at) - inquiry.received_at) / 2
    length = (until - inquiry.received_at) / max(len(passed), 1)
    common = {"inquiry_id": inquiry.id, "client_id": inquiry.client_id, "user_id": inquiry.manager_id}
    rows: list[dict[str, Any]] = [
        {
            **common,
            "stage_id": stage.id,
            "since": inquiry.received_at + length * place,
            "until": inquiry.received_at + length * (place + 1),
        }
        for place, stage in enumerate(passed)
    ]
    return [*rows, {**common, "stage_id": inquiry.stage_id, "since": until, "until": None}]
