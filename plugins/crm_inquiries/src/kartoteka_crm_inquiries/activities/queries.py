"""Reads of activities, resources and services bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import Choice
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Translatable
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_KINDS, EXTRA_SERVICE, RESOURCE

MOST = 500
_KIND, _CATEGORY, _OUTCOME = (aliased(DirectoryEntry, name=name) for name in ("kind", "category", "outcome_entry"))
_SHOWN = (
    select(
        Activity,
        _KIND,
        _CATEGORY,
        _OUTCOME,
        name_of(Activity.performer_id).label("performer"),
        name_of(Activity.creator_id).label("creator"),
        name_of(Activity.done_by_id).label("done_by"),
        Resource.name.label("resource"),
        ExtraService.name.label("service"),
        Client.id.label("seen_client_id"),
        Client.name.label("client"),
    )
    .select_from(Activity)
    .outerjoin(_KIND, _KIND.id == Activity.kind_id)
    .outerjoin(_CATEGORY, _CATEGORY.id == Activity.category_id)
    .outerjoin(_OUTCOME, _OUTCOME.id == Activity.outcome_id)
    .outerjoin(Resource, Resource.id == Activity.resource_id)
    .outerjoin(ExtraService, ExtraService.id == Activity.service_id)
    .outerjoin(Client, Client.id == Activity.client_id)
)
NEXT_SHOWN = 5
# An IN makes SQLAlchemy write the statement out again whenever it is asked, and every card asks these two.
_IS_OPEN = or_(*(Activity.status == status for status in OPEN))
# Made once, and of no more than the panel shows: every card asks.
_NEXT_OF_CLIENT = (
    select(
        Activity.id,
        Activity.name,
        Activity.importance,
        Activity.due_at,
        name_of(Activity.performer_id).label("performer"),
    )
    .where(
        Activity.client_id == bindparam("client"),
        _IS_OPEN,
        Activity.state == RecordState.ACTIVE,
    )
    .order_by(Activity.due_at, Activity.id)
    .limit(NEXT_SHOWN)
)


def summarise_activities(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(Activity.id, Activity.name, Activity.number, Activity.state).where(Activity.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(ACTIVITY, row.id), title=row.name, subtitle=row.number, url=activity_url(row.id), state=row.state
        )
        for row in rows
    }


def activity_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/activities/{id}"


def summarise_resources(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Resource.id, Resource.name, Resource.state).where(Resource.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(RESOURCE, row.id), title=row.name, subtitle="", url=resource_url(row.id), state=row.state
        )
        for row in rows
    }


def resource_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/resources/{id}"


def summarise_extra_services(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(ExtraService.id, ExtraService.name, ExtraService.state).where(ExtraService.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(EXTRA_SERVICE, row.id),
            title=row.name,
            subtitle="",
            url=extra_service_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def extra_service_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/services/{id}"


def resource_choices(session: Session) -> list[Choice]:
    """Return the resources in use, to choose from."""
    rows = session.execute(
        select(Resource.id, Resource.name)
        .where(Resource.state == RecordState.ACTIVE)
        .order_by(Resource.name)
        .limit(MOST)
    )
    return [Choice(str(row.id), row.name) for row in rows]


def service_choices(session: Session) -> list[Choice]:
    """Return the services in use, to choose from."""
    rows = session.execute(
        select(ExtraService.id, ExtraService.name)
        .where(ExtraService.state == RecordState.ACTIVE)
        .order_by(ExtraService.name)
        .limit(MOST)
    )
    return [Choice(str(row.id), row.name) for row in rows]


@dataclass(frozen=True)
class Shown:
    """An activity as pages show it, with what it refers to called by name."""

    activity: Activity
    kind: Translatable
    kind_code: str
    category: Translatable
    colour: str
    outcome: Translatable
    performer: str
    creator: str
    done_by: str
    resource: str
    service: str
    client: str
    """The name of its client, empty where there is none or the reader does not see it."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.activity.status in OPEN


def shown_activity(session: Session, id: int) -> Shown | None:
    """Return an activity with the names of what it refers to; None when the reader may not see it; one statement."""
    row = session.execute(_SHOWN.where(Activity.id == id)).one_or_none() if 0 < id < 2**31 else None
    return None if row is None else _shown(row)


def activities_of(session: Session, condition: Any, *orders: Any, limit: int = 50) -> list[Shown]:
    """Return activities that meet a condition with their names; one statement."""
    return [_shown(row) for row in session.execute(_SHOWN.where(condition).order_by(*orders).limit(limit))]


def next_of_client(session: Session, client_id: int) -> Sequence[Row[Any]]:
    """Return what is done next about a client: id, name, importance, due_at, performer; one statement."""
    return session.execute(_NEXT_OF_CLIENT, {"client": client_id}).all()


def _shown(row: Any) -> Shown:
    one, kind, category, outcome = row[0], row.kind, row.category, row.outcome_entry
    return Shown(
        activity=one,
        kind=_title(kind),
        kind_code=kind.code or "" if kind else "",
        category=_title(category),
        colour=category.colour or "none" if category else "",
        outcome=_title(outcome),
        performer=row.performer or "",
        creator=row.creator or "",
        done_by=row.done_by or "",
        resource=row.resource or "",
        service=row.service or "",
        client=row.client or "",
    )


def _title(entry: Any) -> Translatable:
    return "" if entry is None else EntryTitle(entry.name, dict(entry.titles))


def count_open_of_client(client_id: Any) -> ScalarSelect[int]:
    """Return the select that counts a client's open activities."""
    return (
        select(func.count(Activity.id))
        .where(Activity.client_id == client_id, _IS_OPEN, Activity.state == RecordState.ACTIVE)
        .scalar_subquery()
    )


def kind_of_code(session: Session, code: str) -> DirectoryEntry | None:
    """Return the open kind of activities with a code, None where the company has none."""
    return session.scalar(
        select(DirectoryEntry).where(
            DirectoryEntry.directory == ACTIVITY_KINDS,
            DirectoryEntry.code == code[:40],
            DirectoryEntry.closed.is_(False),
        )
    )
