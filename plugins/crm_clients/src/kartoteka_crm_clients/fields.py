"""The fields of contacts and addresses, described once."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Field, FieldsOf, FieldType, may_be_confidential
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

CONTACT = "crm_clients.contact"
ADDRESS = "crm_clients.address"

VIEW = "crm_clients.view"
EDIT = "crm_clients.edit"
BIRTHDAYS = "crm_clients.birthdays"

ROLE_CHOICES = (
    Choice("director", _("Director")),
    Choice("accounting", _("Accounting")),
    Choice("purchasing", _("Purchasing")),
    Choice("technical", _("Technical matters")),
    Choice("sales", _("Sales")),
    Choice("other", _("Other")),
)
KIND_CHOICES = (
    Choice("legal", _("Legal address"), icon="building-bank"),
    Choice("delivery", _("Delivery address"), icon="package"),
    Choice("invoice", _("Invoice address"), icon="receipt"),
    Choice("postal", _("Postal address"), icon="mail"),
    Choice("site", _("Site"), icon="map-pin"),
)
ROLE_TITLES = {choice.value: choice.title for choice in ROLE_CHOICES}
KIND_TITLES = {choice.value: choice.title for choice in KIND_CHOICES}
KIND_ICONS = {choice.value: choice.icon for choice in KIND_CHOICES}

_CONTACT_FIELDS = (
    Field(
        name="first_name",
        title=_("First name"),
        type=FieldType.LINE,
        personal=True,
        searchable=True,
        import_headers=("First name", "Vardas", "Eesnimi", "Ім'я", "Имя"),
    ),
    Field(
        name="surname",
        title=_("Surname"),
        type=FieldType.LINE,
        personal=True,
        searchable=True,
        import_headers=("Surname", "Last name", "Pavardė", "Perekonnanimi", "Прізвище", "Фамилия"),
    ),
    Field(
        name="role",
        title=_("Role"),
        type=FieldType.CHOICE,
        choices=ROLE_CHOICES,
        required=True,
        help=_("What you write to this person about."),
    ),
    Field(
        name="job_title",
        title=_("Job title"),
        type=FieldType.LINE,
        personal=True,
        searchable=True,
        import_headers=("Job title", "Pareigos", "Ametikoht", "Посада", "Должность"),
    ),
    Field(
        name="country",
        title=_("Country"),
        type=FieldType.CHOICE,
        help=_("Of phone numbers written without +."),
    ),
    Field(name="phone", title=_("Phone"), type=FieldType.PHONE, personal=True, searchable=True),
    Field(name="mobile", title=_("Mobile"), type=FieldType.PHONE, personal=True, searchable=True),
    Field(name="email", title=_("E-mail"), type=FieldType.EMAIL, personal=True, searchable=True),
    Field(name="birthday", title=_("Birthday"), type=FieldType.DATE, personal=True),
    Field(name="notes", title=_("Notes"), type=FieldType.BLOCK, personal=True),
)
_ADDRESS_FIELDS = (
    Field(name="kind", title=_("Kind of address"), type=FieldType.CHOICE, choices=KIND_CHOICES, required=True),
    Field(name="street", title=_("Street and house"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="postcode", title=_("Postcode"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="city", title=_("City"), type=FieldType.LINE, searchable=True),
    Field(name="district", title=_("District"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="region", title=_("Region"), type=FieldType.LINE, searchable=True),
    Field(name="country", title=_("Country"), type=FieldType.CHOICE),
    Field(name="is_main", title=_("Main address of its kind"), type=FieldType.YES_NO),
    Field(
        name="notes",
        title=_("Notes"),
        type=FieldType.LINE,
        personal=True,
        help=_("For example: entrance from the yard, ring the upper bell."),
    ),
)
# A contact goes by the name; the country is what phones and places are understood by.
CONTACT_FIELDS = FieldsOf(
    CONTACT, may_be_confidential(CONTACT, _CONTACT_FIELDS, never={"first_name", "surname", "country"})
)
ADDRESS_FIELDS = FieldsOf(ADDRESS, may_be_confidential(ADDRESS, _ADDRESS_FIELDS, never={"country", "is_main"}))
