"""Reads of sales projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import Choice
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Translatable
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.naming import PROJECT
from kartoteka_crm_inquiries.projects.models import Project

MOST = 200
_STATUS = aliased(DirectoryEntry)


def summarise_projects(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Project.id, Project.name, Project.number, Project.state).where(Project.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(PROJECT, row.id), title=row.name, subtitle=row.number, url=project_url(row.id), state=row.state
        )
        for row in rows
    }


def project_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/projects/{id}"


@dataclass(frozen=True)
class Shown:
    """A project as pages show it, with what it refers to called by name."""

    project: Project
    client: str
    manager: str
    status: Translatable
    colour: str


_MANAGER = name_of(Project.manager_id)


def _shown() -> Select[Any]:
    return (
        select(Project, Client.name.label("client"), _MANAGER.label("manager"), _STATUS)
        .select_from(Project)
        .join(Client, Client.id == Project.client_id)
        .outerjoin(_STATUS, _STATUS.id == Project.status_id)
    )


def project_of(session: Session, id: int) -> Shown | None:
    """Return a project with its names; None when the reader may not see it. One statement."""
    row = session.execute(_shown().where(Project.id == id)).one_or_none()
    return None if row is None else _read(row)


def projects_of(session: Session, client_id: int, *, archived: bool = False) -> list[Shown]:
    """Return the projects of a client, the newest first; one statement."""
    state = RecordState.ARCHIVED if archived else RecordState.ACTIVE
    rows = session.execute(
        _shown().where(Project.client_id == client_id, Project.state == state).order_by(Project.id.desc()).limit(MOST)
    )
    return [_read(row) for row in rows]


def _read(row: Any) -> Shown:
    project, client, manager, status = row
    title: Translatable = "" if status is None else EntryTitle(status.name, dict(status.titles))
    return Shown(project, client, manager or "", title, (status.colour if status is not None else "") or "none")


def count_projects(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a client's projects."""
    counted = select(func.count(Project.id)).where(Project.state == RecordState.ACTIVE)
    return counted.where(Project.client_id == record_id).scalar_subquery()


def count_activities(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a project's activities."""
    counted = select(func.count(Activity.id)).where(Activity.state == RecordState.ACTIVE)
    return counted.where(Activity.project_id == record_id).scalar_subquery()


def project_choices(session: Session, client_id: int | None, kept: int | None = None) -> list[Choice]:
    """Return the projects in use of a client to choose from, and the one that is chosen already (CORE-15)."""
    if client_id is None:
        return []
    rows = session.execute(
        select(Project.id, Project.number, Project.name)
        .where(Project.client_id == client_id, or_(Project.state == RecordState.ACTIVE, Project.id == kept))
        .order_by(Project.id.desc())
        .limit(MOST)
    )
    return [Choice(str(row.id), f"{row.number} {row.name}") for row in rows]


def statuses_of_mine(session: Session, user_id: int | None) -> Sequence[Row[Any]]:
    """Return how many projects in use a manager has at each status, in the order of statuses; one statement."""
    return session.execute(
        _by_status(func.count(Project.id).label("number")).where(Project.manager_id == user_id)
    ).all()


def sums_by_status(session: Session, manager_id: int | None) -> Sequence[Row[Any]]:
    """Return number and value of the projects in use by status and currency, of a manager or of all; one statement."""
    counted = _by_status(
        func.count(Project.id).label("number"), func.sum(Project.value).label("total"), Project.currency
    ).group_by(Project.currency)
    counted = counted if manager_id is None else counted.where(Project.manager_id == manager_id)
    return session.execute(counted.order_by(Project.currency)).all()


def _by_status(*figures: Any) -> Select[Any]:
    return (
        select(_STATUS.id, _STATUS.name, _STATUS.titles, _STATUS.colour, *figures)
        .select_from(Project)
        .outerjoin(_STATUS, _STATUS.id == Project.status_id)
        .where(Project.state == RecordState.ACTIVE)
        .group_by(_STATUS.id, _STATUS.name, _STATUS.titles, _STATUS.colour, _STATUS.position)
        .order_by(_STATUS.position, _STATUS.id)
    )
