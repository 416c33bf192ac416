"""What the board adds to the page of a project: its inquiries, orders and tenders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.declare import CARD_MAIN, Panel
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import PROJECT, VIEW
from kartoteka_crm_inquiries.processes.models import Stage

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


PANELS = [
    Panel(
        name="project_inquiries",
        slot=CARD_MAIN,
        kinds=(PROJECT,),
        title=_("Inquiries and orders"),
        permission=VIEW,
        template="crm_inquiries/board/project_panel.html",
        load=load_inquiries,
        weight=20,
    )
]
