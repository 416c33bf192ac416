"""The fields of a directory company, described once, and the rights about directories."""

from __future__ import annotations

from dataclasses import replace

from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.message import text as _

COMPANY_KIND = "clients.directory_company"
IMPORT = "clients.import_directory"

_LIKE_CLIENTS = ("registration_code", "vat_code", "phone", "mobile", "email", "website", "activity")

ADDRESS_FIELDS: tuple[Field, ...] = (
    Field(
        name="street",
        title=_("Address"),
        type=FieldType.LINE,
        searchable=True,
        import_headers=(
            "Address",
            "Street",
            "Adresas",
            "Gatvė",
            "Aadress",
            "Tänav",
            "Адреса",
            "Вулиця",
            "Адрес",
            "Улица",
        ),
    ),
    Field(
        name="city",
        title=_("City"),
        type=FieldType.LINE,
        searchable=True,
        import_headers=("City", "Town", "Miestas", "Linn", "Місто", "Город"),
    ),
    Field(
        name="region",
        title=_("Region"),
        type=FieldType.LINE,
        import_headers=("Region", "County", "Municipality", "Savivaldybė", "Apskritis", "Maakond", "Область"),
    ),
    Field(
        name="postcode",
        title=_("Postcode"),
        type=FieldType.LINE,
        import_headers=("Postcode", "ZIP", "Pašto kodas", "Postiindeks", "Індекс", "Индекс"),
    ),
)
COMPANY_FIELDS: tuple[Field, ...] = (
    replace(FIELDS["name"], tracked=True, personal=False, required=True),
    replace(FIELDS["country"]),
    # What a public register says is no secret, whatever the company keeps confidential about its own clients.
    *(
        replace(FIELDS[name], personal=False, sort=None, read_permission=None, write_permission=None)
        for name in _LIKE_CLIENTS
    ),
    *ADDRESS_FIELDS,
    Field(name="source", title=_("Reference list"), type=FieldType.LINE),
)
