"""What activities add to streams: calls, meetings and tasks, each with its slot of the composer (CL-21)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import Composer, StreamPart, TimelineEntry, TimelineSource
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_KINDS, EDIT_ACTIVITIES, INQUIRY, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

CALLS, MEETINGS = ("call",), ("meeting", "visit")
_DONE_BY = name_of(Activity.done_by_id)
_PERFORMER = name_of(Activity.performer_id)


def reader(codes: Sequence[str], *, without: bool = False) -> Callable[[Session, StreamPart], Sequence[TimelineEntry]]:
    """Return what reads activities of some kinds, or ``without`` them of all others, the newest first."""

    def read(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
        about = _about(part)
        if about is None:
            return []
        kinds = select(DirectoryEntry.id).where(
            DirectoryEntry.directory == ACTIVITY_KINDS, DirectoryEntry.code.in_(codes)
        )
        of_kind = Activity.kind_id.in_(kinds)
        chosen = Activity.kind_id.is_(None) | ~of_kind if without else of_kind
        statement = select(Activity, _DONE_BY.label("done_by"), _PERFORMER.label("performer")).where(
            about, chosen, Activity.state == RecordState.ACTIVE
        )
        return [_entry(*row) for row in session.execute(part.newest(statement, Activity.starts_at, Activity.id))]

    return read


def _about(part: StreamPart) -> ColumnElement[bool] | None:
    if part.client_id is not None:
        return Activity.client_id == part.client_id
    return Activity.inquiry_id == part.record.id if part.record.kind == INQUIRY else None


def _entry(activity: Activity, done_by: str | None, performer: str | None) -> TimelineEntry:
    if activity.status == DONE:
        title = _("%(name)s, done", name=activity.name)
    elif activity.status == CANCELLED:
        title = _("%(name)s, cancelled", name=activity.name)
    else:
        title = _("%(name)s, planned", name=activity.name)
    text = "\n".join(part for part in (activity.outcome or activity.description, activity.next_step) if part)
    return TimelineEntry(
        id=activity.id,
        at=activity.starts_at,
        title=title,
        who=done_by or performer or "",
        text=text,
        about=RecordRef(ACTIVITY, activity.id),
    )


def _page(path: str) -> Callable[[RecordRef], str]:
    def page(record: RecordRef) -> str:
        name = "inquiry" if record.kind == INQUIRY else "client"
        return f"/crm_inquiries/{path}{'&' if '?' in path else '?'}{name}={record.id}"

    return page


def _source(name: str, title: Any, slot: Any, icon: str, read: Any, path: str, weight: int) -> TimelineSource:
    return TimelineSource(
        name=name,
        title=title,
        icon=icon,
        permission=VIEW_ACTIVITIES,
        read=read,
        kinds=(CLIENT_KIND, INQUIRY),
        tells=(ACTIVITY,),
        composer=Composer(title=slot, icon=icon, permission=EDIT_ACTIVITIES, page=_page(path)),
        weight=weight,
    )


SOURCES = [
    _source("calls", _("Calls"), _("Call"), "phone", reader(CALLS), "calls/new", 20),
    _source(
        "tasks", _("Tasks"), _("Task"), "checkbox", reader((*CALLS, *MEETINGS), without=True), "activities/new", 30
    ),
    _source("meetings", _("Meetings"), _("Meeting"), "users", reader(MEETINGS), "activities/new?kind=meeting", 40),
]
