"""Reads of inquiries, orders and tenders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.errors import NotFound
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Translatable
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.naming import INQUIRY
from kartoteka_crm_inquiries.processes.models import Stage

MOST = 200
KNOWN = "crm_inquiries.known"
"""Where a session keeps what it knows of inquiries, by id, so that no action asks for it again."""
_SOURCE, _REASON, _KIND = aliased(DirectoryEntry), aliased(DirectoryEntry), aliased(DirectoryEntry)


@dataclass(frozen=True)
class Shown:
    """An inquiry as its page shows it, with everything around it by name."""

    inquiry: Inquiry
    client: str
    performer: str
    source: Translatable
    reason: Translatable
    stages: Sequence[Stage]
    lines: Sequence[InquiryLine]
    planned: Sequence[Planned]
    related: Sequence[Any]

    @property
    def stage(self) -> Stage | None:
        """The stage it is at."""
        return next((one for one in self.stages if one.id == self.inquiry.stage_id), None)

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.inquiry.closed_at is None


def shown_inquiry(session: Session, id: int) -> Shown:
    """Return an inquiry with its stages, lines, planned activities and what was made of it; five statements.

    Raises NotFound.
    """
    row = session.execute(
        select(Inquiry, Client.name, name_of(Inquiry.manager_id), _SOURCE, _REASON)
        .outerjoin(Client, Client.id == Inquiry.client_id)
        .outerjoin(_SOURCE, _SOURCE.id == Inquiry.source_id)
        .outerjoin(_REASON, _REASON.id == Inquiry.reason_id)
        .where(Inquiry.id == id)
    ).one_or_none()
    if row is None:
        raise NotFound
    inquiry = row[0]
    return Shown(
        inquiry,
        row[1] or "",
        row[2] or "",
        _entry(row[3]),
        _entry(row[4]),
        _stages(session, inquiry),
        lines_of(session, id),
        planned_for(session, id),
        related_to(session, inquiry),
    )


def note_known(session: Session, inquiry: Inquiry) -> None:
    """Let actions know of an inquiry that was read just now."""
    session.info.setdefault(KNOWN, {})[inquiry.id] = inquiry


def _entry(found: DirectoryEntry | None) -> Translatable:
    return "" if found is None else EntryTitle(found.name, dict(found.titles))


def _stages(session: Session, inquiry: Inquiry) -> list[Stage]:
    wanted = (Stage.process_id == inquiry.process_id) & (Stage.state == RecordState.ACTIVE)
    found = select(Stage).where(or_(wanted, Stage.id == inquiry.stage_id))
    return list(session.scalars(found.order_by(Stage.position, Stage.id)))


def lines_of(session: Session, id: int) -> list[InquiryLine]:
    """Return the lines of an inquiry in their order; one statement."""
    wanted = select(InquiryLine).where(InquiryLine.inquiry_id == id)
    return list(session.scalars(wanted.order_by(InquiryLine.position, InquiryLine.id)))


@dataclass(frozen=True)
class Planned:
    """An open activity of an inquiry; ``kind`` in the reader's words, ``performer`` None where nobody is named."""

    id: int
    name: str
    number: str
    starts_at: datetime
    due_at: datetime
    importance: int
    kind: Translatable
    performer: str | None


def planned_for(session: Session, id: int) -> list[Planned]:
    """Return the open activities of an inquiry, the next first, with kind and performer; one statement."""
    rows = session.execute(
        select(
            Activity.id,
            Activity.name,
            Activity.number,
            Activity.starts_at,
            Activity.due_at,
            Activity.importance,
            _KIND.name,
            _KIND.titles,
            name_of(Activity.performer_id),
        )
        .outerjoin(_KIND, _KIND.id == Activity.kind_id)
        .where(Activity.inquiry_id == id, Activity.status.in_(OPEN))
        .order_by(Activity.due_at, Activity.id)
        .limit(MOST)
    )
    return [
        Planned(*facts, EntryTitle(name, dict(titles or {})) if name else "", performer)
        for *facts, name, titles, performer in rows
    ]


def related_to(session: Session, inquiry: Inquiry) -> Sequence[Any]:
    """Return what an inquiry was made of and what was made of it; one statement."""
    return session.execute(
        select(Inquiry.id, Inquiry.client_id, Inquiry.number, Inquiry.subject, Inquiry.sort, Inquiry.outcome)
        .where(or_(Inquiry.parent_id == inquiry.id, Inquiry.id == (inquiry.parent_id or 0)))
        .where(Inquiry.state != RecordState.DELETED)
        .order_by(Inquiry.id)
        .limit(MOST)
    ).all()


def inquiries_of(session: Session, client_id: int, sort: str = "") -> Sequence[Any]:
    """Return a client's inquiries, open ones first, then the newest, with stage and performer; one statement."""
    found = (
        select(Inquiry, Stage.name.label("stage"), Stage.colour, name_of(Inquiry.manager_id).label("performer"))
        .join(Stage, Stage.id == Inquiry.stage_id)
        .where(Inquiry.client_id == client_id, Inquiry.state == RecordState.ACTIVE)
    )
    if sort:
        found = found.where(Inquiry.sort == sort)
    order = (Inquiry.closed_at.is_not(None), Inquiry.received_at.desc(), Inquiry.id.desc())
    return session.execute(found.order_by(*order).limit(MOST)).all()


def count_inquiries(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a client's inquiries."""
    counted = select(func.count(Inquiry.id)).where(Inquiry.state == RecordState.ACTIVE)
    return counted.where(Inquiry.client_id == record_id).scalar_subquery()


def summarise_inquiries(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.number, Inquiry.subject, Inquiry.state).where(Inquiry.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(INQUIRY, row.id),
            title=f"{row.number} {row.subject}",
            subtitle="",
            url=inquiry_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def inquiry_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/inquiries/{id}"
