"""The fields of promises."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Colour, Field, FieldType
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.promises import rules

_ = Texts("crm_inquiries")

TAB = "crm_inquiries.promises"
SIDES = (Choice(rules.OURS, _("We promised")), Choice(rules.THEIRS, _("The client promised")))
STATUSES = (
    Choice(rules.OPEN, _.context("promise", "Open"), Colour.PLANNED),
    Choice(rules.FULL, _("Fulfilled in full"), Colour.DONE),
    Choice(rules.PART, _("Fulfilled in part"), Colour.TODAY),
    Choice(rules.BROKEN, _("Broken"), Colour.OVERDUE),
)
PROMISE_FIELDS = (
    Field(
        name="text", title=_("What was promised"), type=FieldType.LINE, required=True, searchable=True, personal=True
    ),
    Field(name="side", title=_("Who promised"), type=FieldType.CHOICE, choices=SIDES, required=True),
    Field(name="user_id", title=_("Responsible"), type=FieldType.USER),
    Field(name="due_on", title=_("Due"), type=FieldType.DATE, required=True, sort="due_on"),
    Field(
        name="minutes",
        title=_("Minutes it will take"),
        type=FieldType.INTEGER,
        help=_("You are warned when the day has no room for it."),
    ),
    Field(name="status", title=_("State"), type=FieldType.CHOICE, choices=STATUSES),
    Field(name="fulfilled_on", title=_("Fulfilled on"), type=FieldType.DATE),
)
BY_NAME = {field.name: field for field in PROMISE_FIELDS}
