"""What the board adds to pages: a project's inquiries; an inquiry's clock and project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, find_or_none
from kartoteka.api.declare import CARD_MAIN, CARD_SIDE, Badge, Panel
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.board.clocks import load_clock, load_marks
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY, PROJECT, VIEW
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.projects.queries import project_choices

_ = Texts("crm_inquiries")

MOST = 50


def load_inquiries(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the inquiries of a project, open ones first; None when there are none."""
    rows = session.execute(
        select(Inquiry, Stage.name.label("stage"), Stage.colour)
        .join(Stage, Stage.id == Inquiry.stage_id)
        .where(Inquiry.project_id == record.id, Inquiry.state == RecordState.ACTIVE)
        .order_by(Inquiry.closed_at.is_not(None), Inquiry.id.desc())
        .limit(MOST)
    ).all()
    return {"rows": rows} if rows else None


def load_projects(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the projects of an inquiry's client to choose from, no other's; None when it has none (CORE-15)."""
    inquiry = find_or_none(session, Inquiry, record.id)
    if inquiry is None:
        return None
    projects = project_choices(session, inquiry.client_id, inquiry.project_id)
    if not projects:
        return None
    return {"inquiry": inquiry, "projects": projects, "may_edit": actor_of(session).can(EDIT)}


BADGES = [Badge(kinds=(INQUIRY,), name="answer_clock", permission=VIEW, load=load_marks, weight=30)]
PANELS = [
    Panel(
        name="answer_clock",
        slot=CARD_SIDE,
        kinds=(INQUIRY,),
        title=_("Time to answer"),
        permission=VIEW,
        template="crm_inquiries/board/clock_panel.html",
        load=load_clock,
        weight=15,
    ),
    Panel(
        name="project_of_inquiry",
        slot=CARD_SIDE,
        kinds=(INQUIRY,),
        title=_("Sales project"),
        permission=VIEW,
        template="crm_inquiries/board/choose_project_panel.html",
        load=load_projects,
        lazy=True,
        weight=60,
    ),
    Panel(
        name="project_inquiries",
        slot=CARD_MAIN,
        kinds=(PROJECT,),
        title=_("Inquiries and orders"),
        permission=VIEW,
        template="crm_inquiries/board/project_panel.html",
        load=load_inquiries,
        weight=20,
    ),
]
