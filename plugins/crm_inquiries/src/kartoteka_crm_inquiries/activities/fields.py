"""The fields of activities, resources and services bought, and what they may be."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Field, FieldType
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities import rules
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, OUTCOMES

_ = Texts("crm_inquiries")

IMPORTANCE = (
    Choice(str(rules.LOW), _("Low"), "none"),
    Choice(str(rules.NORMAL), _("Normal"), "planned"),
    Choice(str(rules.HIGH), _("High"), "today"),
    Choice(str(rules.CRITICAL), _("Critical"), "overdue"),
)
STATUSES = (
    Choice(rules.PLANNED, _("Planned"), "planned"),
    Choice(rules.STARTED, _("Started"), "today"),
    Choice(rules.DONE, _("Done"), "done"),
    Choice(rules.CANCELLED, _("Cancelled"), "none"),
)
DIRECTIONS = (Choice("in", _("Incoming")), Choice("out", _("Outgoing")))
SORTS = (
    Choice(rules.CAR, _("Car")),
    Choice("room", _("Room")),
    Choice("device", _("Device")),
    Choice("other", _("Something else")),
)

ACTIVITY_FIELDS = (
    Field(name="number", title=_("Number"), type=FieldType.CODE, searchable=True, sort="number"),
    Field(
        name="name",
        title=_("Name"),
        type=FieldType.LINE,
        required=True,
        searchable=True,
        personal=True,
        import_headers=("task", "subject", "užduotis", "ülesanne", "uzdevums", "завдання"),
    ),
    Field(
        name="kind_id",
        title=_("Kind"),
        type=FieldType.CHOICE,
        choices=directory_choices(ACTIVITY_KINDS),
        known_choices=known_entries(ACTIVITY_KINDS),
    ),
    Field(
        name="category_id",
        title=_("Category"),
        type=FieldType.CHOICE,
        choices=directory_choices(CATEGORIES),
        known_choices=known_entries(CATEGORIES),
    ),
    Field(
        name="importance",
        title=_("Importance"),
        type=FieldType.CHOICE,
        choices=IMPORTANCE,
        required=True,
        sort="importance",
    ),
    Field(name="status", title=_("Status"), type=FieldType.CHOICE, choices=STATUSES, required=True, sort="status"),
    Field(name="percent", title=_("Done, %"), type=FieldType.INTEGER),
    Field(name="starts_at", title=_("Start"), type=FieldType.DATETIME, required=True, sort="starts_at"),
    Field(name="ends_at", title=_("End"), type=FieldType.DATETIME, required=True),
    Field(name="all_day", title=_("All day"), type=FieldType.YES_NO),
    Field(name="due_at", title=_("Due"), type=FieldType.DATETIME, required=True, sort="due_at"),
    Field(name="estimate", title=_("Estimated, min"), type=FieldType.INTEGER),
    Field(name="actual", title=_("Took, min"), type=FieldType.INTEGER),
    Field(
        name="remind",
        title=_("Remind, min before"),
        type=FieldType.INTEGER,
        help=_("How many minutes before the start you are reminded; empty for no reminder."),
    ),
    Field(name="place", title=_("Place"), type=FieldType.LINE, personal=True),
    Field(name="description", title=_("Description"), type=FieldType.BLOCK, personal=True, searchable=True),
    Field(name="performer_id", title=_("Performer"), type=FieldType.USER),
    Field(name="creator_id", title=_("Assigned by"), type=FieldType.USER),
    Field(name="inquiry_id", title=_("Inquiry"), type=FieldType.RECORD),
    Field(name="project_id", title=_("Sales project"), type=FieldType.RECORD),
    Field(name="resource_id", title=_("Resource used"), type=FieldType.RECORD),
    Field(name="service_id", title=_("Service bought"), type=FieldType.RECORD),
    Field(name="direction", title=_("Direction"), type=FieldType.CHOICE, choices=DIRECTIONS),
    Field(name="kilometres", title=_("Kilometres"), type=FieldType.DECIMAL),
    Field(name="service_price", title=_("Price of the service"), type=FieldType.DECIMAL),
    Field(name="cost", title=_("Cost"), type=FieldType.DECIMAL),
    Field(
        name="outcome_id",
        title=_("Result"),
        type=FieldType.CHOICE,
        choices=directory_choices(OUTCOMES),
        known_choices=known_entries(OUTCOMES),
    ),
    Field(name="outcome", title=_("What came of it"), type=FieldType.BLOCK, personal=True, searchable=True),
    Field(name="next_step", title=_("Next step"), type=FieldType.LINE, personal=True),
    Field(name="done_at", title=_("Done on"), type=FieldType.DATETIME),
)
BY_NAME = {field.name: field for field in ACTIVITY_FIELDS}
RESOURCE_FIELDS = (
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
    Field(name="sort", title=_("Sort"), type=FieldType.CHOICE, choices=SORTS, required=True),
    Field(
        name="exclusive",
        title=_("Only for one at a time"),
        type=FieldType.YES_NO,
        help=_("It can't be booked twice for the same time."),
    ),
    Field(name="km_rate", title=_("Price of a kilometre"), type=FieldType.DECIMAL),
    Field(name="hour_price", title=_("Price of an hour"), type=FieldType.DECIMAL),
)
EXTRA_SERVICE_FIELDS = (
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
    Field(name="price", title=_("Usual price"), type=FieldType.DECIMAL),
)
