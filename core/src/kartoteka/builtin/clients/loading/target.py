"""Clients as a target of imports: their columns, what they are found again by, and the questions about a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kartoteka.builtin.clients.countries import country_choices
from kartoteka.builtin.clients.fields import CLIENT_FIELDS, CLIENT_KIND, IMPORT
from kartoteka.builtin.clients.loading.rows import BY_CODE, LOADABLE, NAMES
from kartoteka.builtin.clients.loading.writing import match_clients, write_clients
from kartoteka.db.session import Session
from kartoteka.extension.company_fields import FieldsOf
from kartoteka.extension.declarations.data import Choice, Field, FieldType
from kartoteka.extension.declarations.importing import ImportKey, ImportTarget
from kartoteka.vocabulary.message import text as _

_KINDS = (
    Choice(BY_CODE, _("By registration code: without one (0 or -) it is a natural person")),
    Choice("company", _("Companies")),
    Choice("person", _("Natural persons")),
)


def _defaults(session: Session) -> Mapping[str, str]:
    return {"kind": BY_CODE, "country": session.database.search.region or ""}


CLIENTS_TARGET = ImportTarget(
    name="clients",
    title=_("Clients"),
    permission=IMPORT,
    kind=CLIENT_KIND,
    columns=FieldsOf(CLIENT_KIND, (field for field in CLIENT_FIELDS.declared if field.name in LOADABLE)),
    match=match_clients,
    write=write_clients,
    keys=(
        ImportKey("external_id", _("External number"), ("external_id",), column=True),
        ImportKey("registration_code", _("Registration code"), ("registration_code",)),
        ImportKey("vat_code", _("VAT code"), ("vat_code",)),
        ImportKey("email", _("E-mail"), ("email",)),
        ImportKey("phone", _("Phone"), ("phone",)),
        ImportKey("name", _("Name and country"), (*NAMES, "country")),
    ),
    options=(
        Field(name="kind", title=_("The lines are"), type=FieldType.CHOICE, choices=_KINDS, required=True),
        replace(
            next(field for field in CLIENT_FIELDS if field.name == "country"),
            title=_("Country of new clients when the line has none"),
            choices=lambda session: country_choices(),
            help=None,
        ),
    ),
    defaults=_defaults,
    list_path="/clients/",
)
"""What `kartoteka clients load` and the pages of imports write through."""
