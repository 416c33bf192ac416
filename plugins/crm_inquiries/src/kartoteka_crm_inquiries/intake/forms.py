"""Forms of the rooms: what those who set up fill in, and what visitors fill in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import HiddenField, StringField

from kartoteka.api.db import Session
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    EmailField,
    Form,
    IntegerField,
    LineField,
    ManyChoicesField,
    PhoneField,
    UserField,
    YesNoField,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT
from kartoteka_crm_inquiries.intake.models import TEXT_LENGTH, TITLE_LENGTH
from kartoteka_crm_inquiries.intake.rules import FIELDS, MOST_DAYS
from kartoteka_crm_inquiries.naming import SOURCES
from kartoteka_crm_inquiries.processes.queries import processes_of

_ = Texts("crm_inquiries")

TRAP = "website"
"""The field that people do not see and programs fill in."""


def _processes(session: Session) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in processes_of(session, INQUIRY_SORT)]


class WebFormForm(Form):
    """What a web form asks for and what becomes of the answers."""

    title = LineField(_("Title"), required=True, max_length=TITLE_LENGTH)
    intro = BlockField(_("Text above the form"), max_length=TEXT_LENGTH)
    fields = ManyChoicesField(_("Asks for"), choices=list(FIELDS.items()))
    required = ManyChoicesField(_("Must be filled in"), choices=list(FIELDS.items()))
    thanks = BlockField(_("What visitors read afterwards"), max_length=TEXT_LENGTH)
    manager_id = UserField(
        _("Who gets the inquiries"), users=active_users, empty=_("Whoever the rules of assignment say")
    )
    source_id = ChoiceField(_("Heard of us from"), choices=directory_choices(SOURCES), coerce=to_id, empty="–")
    process_id = ChoiceField(_("Sales process"), choices=_processes, coerce=to_id, empty=_("The usual one"))
    days = IntegerField(_("Return call in, working days"), required=True, least=1, most=30)
    enabled = YesNoField(_("Visitors can use it"))

    def values(self) -> dict[str, Any]:
        """Return what was typed; where nothing is ticked, an empty list."""
        return {**super().values(), "fields": self["fields"].data or [], "required": self.required.data or []}


class LinkForm(Form):
    """What visitors can book."""

    title = LineField(_("Title"), required=True, max_length=TITLE_LENGTH)
    intro = BlockField(_("Text above the free times"), max_length=TEXT_LENGTH)
    place = LineField(_("Place"), max_length=200)
    minutes = IntegerField(_("How long it takes, minutes"), required=True, least=10, most=480)
    days_ahead = IntegerField(_("At most how many days ahead"), required=True, least=1, most=MOST_DAYS)
    notice = IntegerField(_("At least how many hours before"), required=True, least=0, most=24 * 14)
    enabled = YesNoField(_("Visitors can use it"))


class VisitorForm(Form):
    """A form of a page that keeps no cookie: ``stamp`` says when the page was opened, ``website`` is a trap."""

    class Meta(Form.Meta):  # type: ignore[name-defined, misc]
        csrf = False

    stamp = HiddenField()
    website = StringField()

    @property
    def shown(self) -> list[Any]:
        """The fields that people see."""
        return [field for field in self.data_fields if field.short_name in FIELDS]

    def given(self) -> dict[str, str]:
        """Return what was written, by field; what is empty is left out."""
        return {field.short_name: field.data for field in self.shown if field.data}


def visitor_form(asked: Collection[str], required: Collection[str], country: str) -> VisitorForm:
    """Return a form with some of the fields that web forms may ask for."""
    made: dict[str, Any] = {name: _field(name, name in required, country) for name in FIELDS if name in asked}
    return type("AskedForm", (VisitorForm,), made)()  # type: ignore[no-any-return]


def _field(name: str, required: bool, country: str) -> Any:
    title, hints = FIELDS[name], {"render_kw": {"autocomplete": _AUTOCOMPLETE[name]}}
    if name == "email":
        return EmailField(title, required=required, **hints)
    if name == "phone":
        return PhoneField(title, required=required, region=country, **hints)
    if name == "message":
        return BlockField(title, required=required, max_length=5_000)
    return LineField(title, required=required, max_length=200, **hints)


_AUTOCOMPLETE = {
    "name": "name",
    "company": "organization",
    "email": "email",
    "phone": "tel",
    "product": "off",
    "message": "off",
}
