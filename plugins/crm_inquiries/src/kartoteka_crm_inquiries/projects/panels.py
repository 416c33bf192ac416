"""What projects add: tabs of the client card and of a project, the menu, the front page, the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import (
    ApiResource,
    Directory,
    MenuItem,
    SearchText,
    StartEntry,
    Tab,
    Widget,
)
from kartoteka.api.directories import EntryTitle
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import PROJECT, PROJECT_STATUSES, VIEW, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.projects import queries, service

_ = Texts("crm_inquiries")


def start_statuses() -> Iterable[StartEntry]:
    """Return the statuses that a company begins with."""
    return [
        StartEntry(code="planned", name=_("Planned"), colour="planned"),
        StartEntry(code="running", name=_("Running"), colour="today"),
        StartEntry(code="waiting", name=_("Waiting for the client")),
        StartEntry(code="finished", name=_("Finished"), colour="done"),
        StartEntry(code="stopped", name=_("Stopped"), colour="overdue"),
    ]


def load_statuses(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how many projects of the user are at each status (IN-49)."""
    rows = queries.statuses_of_mine(session, user.user_id)
    shown = [
        (row.id, EntryTitle(row.name, dict(row.titles)) if row.id else _("Not set"), row.colour or "none", row.number)
        for row in rows
    ]
    return {"statuses": shown, "user_id": user.user_id}


def create_project(session: Session, values: dict[str, Any]) -> Any:
    """Start a project of the client that is named."""
    return service.start_project(session, values.pop("client"), values)


DIRECTORIES = [
    Directory(
        name=PROJECT_STATUSES.partition(".")[2],
        title=_("Statuses of projects"),
        entry_title=_("Status"),
        icon="briefcase",
        coloured=True,
        start=start_statuses,
        weight=230,
    )
]
TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name="projects",
        title=_("Projects"),
        permission=VIEW,
        tells=(PROJECT,),
        endpoint="crm_inquiries.show_client_projects",
        count=queries.count_projects,
        weight=26,
    ),
    Tab(
        kinds=(PROJECT,),
        name="project_activities",
        title=_("Activities"),
        permission=VIEW_ACTIVITIES,
        endpoint="crm_inquiries.show_project_activities",
        count=queries.count_activities,
        weight=20,
    ),
    Tab(
        kinds=(PROJECT,),
        name="project_documents",
        title=_("Documents"),
        permission="files.view",
        endpoint="crm_inquiries.show_project_documents",
        weight=30,
    ),
]
MENU = [
    MenuItem(
        name="projects",
        title=_("Sales projects"),
        endpoint="crm_inquiries.list_projects",
        permission=VIEW,
        icon="briefcase",
        weight=36,
    )
]
WIDGETS = [
    Widget(
        name="my_projects",
        title=_("My projects"),
        description=_("How many of one's sales projects are at each status."),
        icon="briefcase",
        permission=VIEW,
        template="crm_inquiries/projects/widget.html",
        load=load_statuses,
        weight=60,
    )
]
SEARCH = [SearchText(kind=PROJECT, fields=("number", "name"), permission=VIEW)]
API_RESOURCES = [
    ApiResource(
        name="projects",
        title=_("Sales projects"),
        kind=PROJECT,
        create=create_project,
        change=service.change_project,
        remove=service.archive_project,
    )
]
