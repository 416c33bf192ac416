"""What activities, resources and services bought are to the program: records, directories, search, API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import (
    ApiResource,
    Directory,
    OwnedBy,
    OwnedByClientOr,
    Public,
    RecordKind,
    SearchText,
    StartEntry,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities import queries, service
from kartoteka_crm_inquiries.activities.fields import ACTIVITY_FIELDS, EXTRA_SERVICE_FIELDS, RESOURCE_FIELDS
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    ACTIVITY_KINDS,
    CATEGORIES,
    EDIT_ACTIVITIES,
    EXTRA_SERVICE,
    MANAGE_PROCESSES,
    OUTCOMES,
    RESOURCE,
    VIEW_ACTIVITIES,
)

_ = Texts("crm_inquiries")


KINDS = [
    RecordKind(
        kind=ACTIVITY,
        title=_("Activity"),
        plural_title=_("Activities"),
        icon="checkbox",
        model=Activity,
        permission=VIEW_ACTIVITIES,
        scope=OwnedByClientOr(others=OwnedBy("performer_id", "creator_id")),
        client_column="client_id",
        owner_columns=("performer_id",),
        change_permission=EDIT_ACTIVITIES,
        fields=ACTIVITY_FIELDS,
        summarise=queries.summarise_activities,
        url=queries.activity_url,
    ),
    RecordKind(
        kind=RESOURCE,
        title=_("Resource"),
        plural_title=_("Resources"),
        icon="briefcase",
        model=Resource,
        permission=VIEW_ACTIVITIES,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=RESOURCE_FIELDS,
        summarise=queries.summarise_resources,
        url=queries.resource_url,
    ),
    RecordKind(
        kind=EXTRA_SERVICE,
        title=_("Service bought"),
        plural_title=_("Services bought"),
        icon="receipt",
        model=ExtraService,
        permission=VIEW_ACTIVITIES,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=EXTRA_SERVICE_FIELDS,
        summarise=queries.summarise_extra_services,
        url=queries.extra_service_url,
    ),
]
SEARCH = [
    SearchText(kind=ACTIVITY, fields=("number", "name", "description", "outcome"), permission=VIEW_ACTIVITIES),
]


def first_kinds() -> Iterable[StartEntry]:
    """Return the kinds of activities: what is physically done (IN-26)."""
    titles = {
        "call": _("Phone call"),
        "mail": _("E-mail"),
        "meeting": _("Meeting"),
        "visit": _("Visit"),
        "letter": _("Letter"),
        "data": _("Data processing"),
        "offer": _("Preparing an offer"),
        "internal": _("Internal work"),
    }
    return StartEntry.by_code(titles)


def first_categories() -> Iterator[StartEntry]:
    """Yield categories of tasks with their colours (IN-27)."""
    titles = {
        "sales": (_("Sales"), "done"),
        "service": (_("Client service"), "planned"),
        "complaint": (_("Complaint"), "overdue"),
        "report": (_("Report"), "today"),
        "organisation": (_("Organisation"), "none"),
    }
    return (StartEntry(code=code, name=title, colour=colour) for code, (title, colour) in titles.items())


def first_outcomes() -> Iterable[StartEntry]:
    """Return how activities end."""
    titles = {
        "reached": _("Reached, agreed"),
        "interested": _("Interested"),
        "call_back": _("Asked to call back"),
        "not_reached": _("Not reached"),
        "refused": _("Refused"),
        "done": _("Done"),
    }
    return StartEntry.by_code(titles)


DIRECTORIES = [
    Directory(
        name=ACTIVITY_KINDS.partition(".")[2],
        title=_("Kinds of activities"),
        entry_title=_("Kind of activity"),
        icon="checkbox",
        start=first_kinds,
    ),
    Directory(
        name=CATEGORIES.partition(".")[2],
        title=_("Categories of tasks"),
        entry_title=_("Category of tasks"),
        icon="palette",
        coloured=True,
        start=first_categories,
    ),
    Directory(
        name=OUTCOMES.partition(".")[2],
        title=_("Results of activities"),
        entry_title=_("Result of activities"),
        icon="flag",
        start=first_outcomes,
    ),
]
_FIXED = ("number", "creator_id", "cost", "done_at")


def create_activity(session: Session, values: dict[str, Any]) -> Activity:
    """Plan an activity for the client that is named, or for none."""
    return service.plan_activity(session, {"client_id": values.pop("client", None), **values})


API_RESOURCES = [
    ApiResource(
        name="activities",
        title=_("Activities"),
        kind=ACTIVITY,
        fixed=_FIXED,
        create=create_activity,
        change=service.change_activity,
        remove=service.archive_activity,
    )
]
