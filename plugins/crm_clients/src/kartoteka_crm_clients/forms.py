"""Forms of contacts, addresses, handing over and birthdays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kartoteka.api.db import reading
from kartoteka.api.declare import Field, FieldType
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    DateField,
    ExtensibleForm,
    Form,
    IntegerField,
    LineField,
    UserField,
    YesNoField,
    country_choices,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import today
from kartoteka_crm_clients.checking import ADDRESS_LENGTHS, CONTACT_LENGTHS, Findings, check_address, check_contact
from kartoteka_crm_clients.fields import ADDRESS, ADDRESS_FIELDS, CONTACT, CONTACT_FIELDS
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.readable import written_names

_ = Texts("crm_clients")

DAYS_AHEAD = 7
MOST_DAYS = 365
LEVELS = ("region", "district", "city")
"""The parts of an address that are chosen from the directories of places, each within the one before (CORE-20)."""

_INPUTS = {FieldType.PHONE: "tel", FieldType.EMAIL: "email"}


def _make_field(field: Field, longest: int) -> Any:
    """Return the form field for a field's description."""
    options: dict[str, Any] = {"help": field.help}
    if field.type == FieldType.BLOCK:
        return BlockField(field.title, max_length=longest, **options)
    if field.type == FieldType.DATE:
        return DateField(field.title, **options)
    if field.type == FieldType.YES_NO:
        return YesNoField(field.title, **options)
    if field.type == FieldType.CHOICE:
        choices = field.choices or country_choices
        return ChoiceField(field.title, choices=choices, empty=None if field.required else _("Not set"), **options)
    hints = {"autocomplete": "off", "spellcheck": "false", "inputmode": _INPUTS.get(field.type, "text")}
    if field.name in LEVELS:
        hints["list"] = f"places-{field.name}"
    return LineField(field.title, max_length=longest, render_kw=hints, **options)


class _CheckedForm(ExtensibleForm):
    """A form that checks as the services do, so that errors and warnings stand beside their fields."""

    check: Callable[[dict[str, Any]], Findings]
    model: type[Any]

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        written = written_names(self.model)
        self.keep_only(name for name in self._fields if name in written)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether the values can be saved."""
        sound = bool(super().validate(extra_validators))
        found = type(self).check(self.checkable())
        for name, problem in found.errors.items():
            self.add_error(name, problem)
        for name, warning in found.warnings.items():
            self.warn(name, warning)
        return sound and not found.errors

    @property
    def unusual(self) -> list[Any]:
        """The fields whose value was taken but deserves a second look."""
        return [field for field in self.data_fields if field.warnings]


_CONTACT_MEMBERS = {
    field.name: _make_field(field, CONTACT_LENGTHS.get(field.name, 0)) for field in CONTACT_FIELDS.declared
}
_ADDRESS_MEMBERS = {
    field.name: _make_field(field, ADDRESS_LENGTHS.get(field.name, 0)) for field in ADDRESS_FIELDS.declared
}

ContactForm = type(
    "ContactForm",
    (_CheckedForm,),
    {
        **_CONTACT_MEMBERS,
        "record_kind": CONTACT,
        "model": Contact,
        "check": staticmethod(lambda values: check_contact(values, today=today())),
    },
)
AddressForm = type(
    "AddressForm",
    (_CheckedForm,),
    {**_ADDRESS_MEMBERS, "record_kind": ADDRESS, "model": Address, "check": staticmethod(check_address)},
)


def _managers() -> list[tuple[int, str]]:
    with reading() as session:
        return active_users(session)


class HandOverForm(Form):
    """Who becomes the manager, and what he should know (CL-50)."""

    manager = UserField(_("New manager"), users=_managers, required=True)
    note = BlockField(_("Note"), max_length=2_000, help=_("Goes on top of the client's notes and into the change log."))


class BirthdayForm(Form):
    """Which days the birthday report is about (CL-48)."""

    since = DateField(_("From"), required=True, default=today)
    days = IntegerField(_("Days ahead"), required=True, default=DAYS_AHEAD, least=0, most=MOST_DAYS)
