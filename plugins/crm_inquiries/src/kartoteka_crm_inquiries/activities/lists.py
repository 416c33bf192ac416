"""The list of activities: one's own, those one gave, overdue ones, contacts to come, all (IN-16, IN-29, IN-52)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, actor_of, utc_now
from kartoteka.api.declare import Choice, FieldType
from kartoteka.api.lists import ListColumn, ListFilter, ListOrder, RecordList, asking_session, columns_of, filters_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_inquiries.activities.fields import ACTIVITY_FIELDS
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.naming import ACTIVITY, EDIT_ACTIVITIES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

PATH = "/crm_inquiries/activities/"
MINE, GIVEN, OVERDUE, CONTACTS, OPEN_ONES = "mine", "given", "overdue", "contacts", "open"
AHEAD = timedelta(days=7)
VIEWS = (
    Choice(MINE, _("My activities")),
    Choice(GIVEN, _("Activities I assigned")),
    Choice(OVERDUE, _("Overdue")),
    Choice(CONTACTS, _("Current contacts")),
    Choice(OPEN_ONES, _("Open ones")),
)
_UNLISTED = frozenset(
    {"all_day", "remind", "next_step", "inquiry_id", "project_id", "resource_id", "service_id", "description"}
)
_LISTED = tuple(one for one in ACTIVITY_FIELDS if one.name not in _UNLISTED)


def in_view(values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition of the tabs above the list."""
    return or_(*(_condition(value) for value in values))


def _condition(value: str) -> ColumnElement[bool]:
    session = asking_session()
    user_id = actor_of(session).user_id if session is not None else None
    is_open, now = Activity.status.in_(OPEN), utc_now()
    if value == MINE:
        return is_open & (Activity.performer_id == user_id)
    if value == GIVEN:
        return is_open & (Activity.creator_id == user_id) & (Activity.performer_id.is_distinct_from(user_id))
    if value == OVERDUE:
        return is_open & (Activity.due_at < now)
    if value == CONTACTS:
        return is_open & Activity.client_id.is_not(None) & (Activity.due_at < now + AHEAD)
    return is_open


def client_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return whom activities are with, as far as the reader sees these clients."""
    rows = session.execute(
        select(Activity.id, Client.name).join(Client, Client.id == Activity.client_id).where(Activity.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def _overdue(wanted: Any) -> ColumnElement[bool]:
    late = Activity.status.in_(OPEN) & (Activity.due_at < utc_now())
    return late if wanted else ~late


ACTIVITY_LIST = RecordList(
    name="crm_inquiries.activities",
    kind=ACTIVITY,
    model=Activity,
    title=_("Activities"),
    icon="checkbox",
    path=PATH,
    columns=(
        *(
            replace(one, sort=one.name) if one.name == "performer_id" else one
            for one in columns_of(_LISTED, Activity, user_name=name_of)
        ),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, value=client_names),
    ),
    filters=(
        *filters_of(_LISTED, Activity),
        ListFilter(name="show", title=_("What to show"), type=FieldType.CHOICE, choices=VIEWS, condition=in_view),
        ListFilter(name="overdue", title=_("Overdue"), type=FieldType.YES_NO, condition=_overdue),
    ),
    orders=(
        ListOrder(name="due_at", column=Activity.due_at, type=FieldType.DATETIME),
        ListOrder(name="starts_at", column=Activity.starts_at, type=FieldType.DATETIME),
        ListOrder(name="importance", column=Activity.importance, type=FieldType.INTEGER),
        ListOrder(name="status", column=Activity.status, type=FieldType.CODE),
        ListOrder(name="number", column=Activity.number, type=FieldType.CODE),
        ListOrder(name="performer_id", column=func.coalesce(name_of(Activity.performer_id), ""), type=FieldType.CODE),
    ),
    order="due_at",
    shown=("kind_id", "client", "importance", "due_at", "status", "performer_id"),
    facts=("client", "due_at", "importance"),
    tabs="show",
    quick=("performer_id", "status", "importance"),
    users=known_users,
    searched=lambda session: (ACTIVITY,),
    search_hint=_("Number, name, or words of what came of it"),
    edit_path="/edit",
    edit_permission=EDIT_ACTIVITIES,
    new_path="/crm_inquiries/activities/new",
    new_permission=EDIT_ACTIVITIES,
    new_title=_("New activity"),
    export_permission=VIEW_ACTIVITIES,
    nothing_yet=_("Calls, meetings and tasks that are planned or done are listed here."),
    is_extended=False,
)
