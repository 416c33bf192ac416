"""The fields of a client, described once: forms, card, list, import, change log and rights derive from here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.builtin.clients.import_headers import IMPORT_HEADERS
from kartoteka.builtin.clients.models import ClientGroup, ClientKind, Relationship
from kartoteka.db.session import Session
from kartoteka.extension.company_fields import FieldsByName, FieldsOf
from kartoteka.extension.declarations.confidential import may_be_confidential
from kartoteka.extension.declarations.data import Choice, Colour, Field, FieldType, keep_choices
from kartoteka.vocabulary.message import text as _

CLIENT_KIND = "clients.client"

VIEW = "clients.view"
CREATE = "clients.create"
EDIT = "clients.edit"
CHANGE_MANAGER = "clients.change_manager"
ARCHIVE = "clients.archive"
SHARE = "clients.share"
SEE_PERSONAL_CODE = "clients.see_personal_code"
EDIT_PERSONAL_CODE = "clients.edit_personal_code"
MANAGE_GROUPS = "clients.manage_groups"
MERGE = "clients.merge"
DELETE = "clients.delete"
PURGE = "clients.purge"
IMPORT = "clients.import"
EXPORT = "clients.export"

KINDS = (
    Choice(ClientKind.COMPANY, _("Company"), icon="building"),
    Choice(ClientKind.PERSON, _("Natural person"), icon="user"),
)
RELATIONSHIPS = (
    Choice(Relationship.EXISTING, _("Existing client"), Colour.DONE),
    Choice(Relationship.POTENTIAL, _("Potential client"), Colour.PLANNED),
)
IMPORTANCES = (
    Choice("a", _("A: most important")),
    Choice("b", _("B: important")),
    Choice("c", _("C: less important")),
)
CLIENT_KINDS = (
    Choice("regular", _("Regular client")),
    Choice("key", _("Key client")),
    Choice("occasional", _("Occasional client")),
)
SEXES = (Choice("female", _("Female")), Choice("male", _("Male")))


@keep_choices
def group_choices(session: Session) -> Sequence[Choice]:
    """Return the groups that may be chosen, by name; closed ones are left out."""
    rows = session.execute(
        select(ClientGroup.id, ClientGroup.name, ClientGroup.colour)
        .where(ClientGroup.closed.is_(False))
        .order_by(ClientGroup.name)
    )
    return [Choice(str(row.id), row.name, row.colour or None) for row in rows]


def all_groups(session: Session) -> Sequence[Choice]:
    """Return all groups, closed ones too."""
    return [Choice(str(row.id), row.name) for row in session.execute(select(ClientGroup.id, ClientGroup.name))]


_NAMES = (
    Field(
        name="number",
        title=_("Number"),
        type=FieldType.CODE,
        sort="number",
        searchable=True,
    ),
    Field(name="kind", title=_("Company or person"), type=FieldType.CHOICE, choices=KINDS, required=True),
    Field(
        name="name",
        title=_("Name"),
        type=FieldType.LINE,
        tracked=False,
        personal=True,
        searchable=True,
        sort="name_sort",
        import_headers=IMPORT_HEADERS["name"],
    ),
    Field(name="company_name", title=_("Company name"), type=FieldType.LINE),
    Field(
        name="surname",
        title=_("Surname"),
        type=FieldType.LINE,
        personal=True,
        import_headers=IMPORT_HEADERS["surname"],
    ),
    Field(
        name="first_name",
        title=_("First name"),
        type=FieldType.LINE,
        personal=True,
        import_headers=IMPORT_HEADERS["first_name"],
    ),
)
_PERSON = (
    Field(
        name="personal_code",
        title=_("Personal code"),
        type=FieldType.CODE,
        read_permission=SEE_PERSONAL_CODE,
        write_permission=EDIT_PERSONAL_CODE,
        personal=True,
        import_headers=IMPORT_HEADERS["personal_code"],
    ),
    Field(
        name="birth_date",
        title=_("Birth date"),
        type=FieldType.DATE,
        personal=True,
        import_headers=IMPORT_HEADERS["birth_date"],
    ),
    Field(name="sex", title=_("Sex"), type=FieldType.CHOICE, personal=True, choices=SEXES),
    Field(
        name="income",
        title=_("Income a month"),
        type=FieldType.DECIMAL,
        personal=True,
        help=_("In euros, before taxes."),
    ),
)
_CODES = (
    Field(
        name="country",
        title=_("Country"),
        type=FieldType.CHOICE,
        import_headers=IMPORT_HEADERS["country"],
    ),
    Field(
        name="registration_code",
        title=_("Registration code"),
        type=FieldType.CODE,
        searchable=True,
        sort="registration_code_norm",
        import_headers=IMPORT_HEADERS["registration_code"],
    ),
    Field(
        name="vat_code",
        title=_("VAT code"),
        type=FieldType.CODE,
        searchable=True,
        import_headers=IMPORT_HEADERS["vat_code"],
    ),
    Field(name="external_source", title=_("External source"), type=FieldType.CODE),
    Field(
        name="external_id",
        title=_("External number"),
        type=FieldType.CODE,
        import_headers=IMPORT_HEADERS["external_id"],
    ),
)
_REACH = (
    Field(
        name="phone",
        title=_("Phone"),
        type=FieldType.PHONE,
        personal=True,
        searchable=True,
        import_headers=IMPORT_HEADERS["phone"],
    ),
    Field(
        name="mobile",
        title=_("Mobile"),
        type=FieldType.PHONE,
        personal=True,
        searchable=True,
        import_headers=IMPORT_HEADERS["mobile"],
    ),
    Field(
        name="fax",
        title=_("Fax"),
        type=FieldType.PHONE,
        personal=True,
        searchable=True,
        import_headers=IMPORT_HEADERS["fax"],
    ),
    Field(
        name="email",
        title=_("E-mail"),
        type=FieldType.EMAIL,
        personal=True,
        searchable=True,
        import_headers=IMPORT_HEADERS["email"],
    ),
    Field(
        name="website",
        title=_("Website"),
        type=FieldType.URL,
        searchable=True,
        import_headers=IMPORT_HEADERS["website"],
    ),
    Field(
        name="bank_account",
        title=_("Bank account"),
        type=FieldType.CODE,
        personal=True,
        import_headers=IMPORT_HEADERS["bank_account"],
    ),
)
_RELATION = (
    Field(
        name="relationship",
        title=_("Relationship"),
        type=FieldType.CHOICE,
        choices=RELATIONSHIPS,
        required=True,
    ),
    Field(
        name="importance",
        title=_("Importance"),
        type=FieldType.CHOICE,
        choices=IMPORTANCES,
        sort="importance",
    ),
    Field(name="client_kind", title=_("Client kind"), type=FieldType.CHOICE, choices=CLIENT_KINDS),
    Field(
        name="activity",
        title=_("Activity"),
        type=FieldType.LINE,
        searchable=True,
        import_headers=IMPORT_HEADERS["activity"],
        help=_("What the company does, for example: windows and doors."),
    ),
    Field(
        name="group",
        title=_("Group"),
        type=FieldType.CHOICE,
        choices=group_choices,
        known_choices=all_groups,
        column="group_id",
        import_headers=IMPORT_HEADERS["group"],
    ),
    Field(
        name="manager",
        title=_("Manager"),
        type=FieldType.USER,
        column="manager_id",
        write_permission=CHANGE_MANAGER,
        import_headers=IMPORT_HEADERS["manager"],
    ),
    Field(name="registered_on", title=_("Registered on"), type=FieldType.DATE, sort="registered_on", required=True),
    Field(
        name="notes",
        title=_("Notes"),
        type=FieldType.BLOCK,
        personal=True,
        import_headers=IMPORT_HEADERS["notes"],
    ),
)

NEVER_CONFIDENTIAL = frozenset(
    {
        *("number", "kind", "name", "company_name", "surname", "first_name"),  # what a client goes by
        *("country", "manager", "external_source", "external_id"),  # what other rules rest on
    }
)
CLIENT_FIELDS = FieldsOf(
    CLIENT_KIND,
    may_be_confidential(CLIENT_KIND, (*_NAMES, *_PERSON, *_CODES, *_REACH, *_RELATION), never=NEVER_CONFIDENTIAL),
)
"""Every field of a client in the order in which a card shows them, those that the company has added at the end."""

FIELDS = FieldsByName(CLIENT_FIELDS)

FIXED = frozenset({"number", "name"})
"""Fields that nobody types: one is drawn from a series, the other follows from its parts."""
