"""Names of the room: its right, its record kind and the fields of a difference."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Colour, Field, FieldType
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.registers.rules import Status

_ = Texts("crm_clients")

MANAGE = "crm_clients.registers"
DIFFERENCE = "crm_clients.register_difference"

REGISTER_TITLES = {
    "LT": _("Register of legal entities of Lithuania"),
    "EE": _("Commercial register of Estonia"),
    "LV": _("Register of enterprises of Latvia"),
    "UA": _("Register of legal entities of Ukraine"),
}
STATUS_TITLES = {
    Status.ACTIVE: _("Registered"),
    Status.RESTRUCTURING: _("Being restructured"),
    Status.LIQUIDATION: _("In liquidation"),
    Status.BANKRUPT: _("Bankrupt"),
    Status.REMOVED: _("Struck off the register"),
}
GONE_TITLE = _("Not in the newest register")
VAT_REMOVED = _("VAT code removed")
GONE, WITHDRAWN = "gone", "withdrawn"
"""Marks beside those of `Status`: the register does not have the company any more; it has no VAT code any more."""
STAGE_TITLES = {
    "checking": (_("Being checked"), Colour.PLANNED),
    "loading": (_("Being loaded"), Colour.PLANNED),
    "leaving": (_("Being loaded"), Colour.PLANNED),
    "done": (_("Loaded"), Colour.DONE),
    "failed": (_("Refused"), Colour.OVERDUE),
}

NAME, ADDRESS, VAT, STATUS = "name", "address", "vat_code", "status"
WHAT = (
    Choice(NAME, _("Name"), icon="writing-sign"),
    Choice(ADDRESS, _("Legal address"), icon="map-pin"),
    Choice(VAT, _("VAT code"), icon="receipt"),
    Choice(STATUS, _("Status"), icon="alert-triangle"),
)
WHAT_TITLES = {choice.value: choice.title for choice in WHAT}
OPEN, TAKEN, LEFT, OVER = "open", "taken", "left", "over"
DECISIONS = (
    Choice(OPEN, _("To decide"), Colour.TODAY),
    Choice(TAKEN, _("Taken over"), Colour.DONE),
    Choice(LEFT, _("Left as it is"), Colour.NONE),
    Choice(OVER, _("Gone by itself"), Colour.NONE),
)
DIFFERENCE_FIELDS = (
    Field(name="what", title=_("What differs"), type=FieldType.CHOICE, choices=WHAT),
    Field(name="ours", title=_("On the card"), type=FieldType.LINE, personal=True),
    Field(name="theirs", title=_("In the register"), type=FieldType.LINE),
    Field(name="found_on", title=_("Found on"), type=FieldType.DATE, sort="found_on"),
    Field(name="decision", title=_("Decision"), type=FieldType.CHOICE, choices=DECISIONS),
)
