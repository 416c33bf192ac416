"""Which records of a client its documents may belong to: projects and open inquiries, with the activities of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api import hookimpl
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import DocumentLink
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, PROJECT, VIEW, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")
MOST = 50


@hookimpl
def document_links(session: Session, client_id: int) -> Sequence[DocumentLink]:
    can = actor_of(session).can
    links: list[DocumentLink] = []
    if can(VIEW):
        links += _above(session, client_id)
    if can(VIEW_ACTIVITIES):
        links += _activities(session, client_id)
    return links


def _above(session: Session, client_id: int) -> list[DocumentLink]:
    """Return the projects in use and the open inquiries of a client, the newest first."""
    projects = _newest(session, select(Project.id, Project.number, Project.name), Project, client_id)
    open_ones = select(Inquiry.id, Inquiry.number, Inquiry.subject).where(Inquiry.closed_at.is_(None))
    inquiries = _newest(session, open_ones, Inquiry, client_id)
    return [
        *(_link(PROJECT, one, _("Projects")) for one in projects),
        *(_link(INQUIRY, one, _("Inquiries")) for one in inquiries),
    ]


def _activities(session: Session, client_id: int) -> list[DocumentLink]:
    """Return the activities of a client, those of a project or an inquiry under it."""
    chosen = select(Activity.id, Activity.number, Activity.name, Activity.project_id, Activity.inquiry_id)
    found = []
    for one in _newest(session, chosen, Activity, client_id):
        above = (PROJECT, one.project_id) if one.project_id else (INQUIRY, one.inquiry_id)
        under = RecordRef(above[0], above[1]) if above[1] else None
        found.append(_link(ACTIVITY, one, _("Activities"), under))
    return found


def _newest(session: Session, chosen: Any, model: Any, client_id: int) -> Sequence[Any]:
    own = chosen.where(model.client_id == client_id, model.state == RecordState.ACTIVE)
    return session.execute(own.order_by(model.id.desc()).limit(MOST)).all()


def _link(kind: str, row: Any, group: Any, under: RecordRef | None = None) -> DocumentLink:
    return DocumentLink(ref=RecordRef(kind, row.id), title=f"{row.number} {row[2]}", group=group, under=under)
