"""The record kind of directory companies, the list of them, and their quick search."""

from __future__ import annotations

from dataclasses import replace

from kartoteka.builtin.clients.directory.fields import COMPANY_FIELDS, COMPANY_KIND, IMPORT
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.directory.queries import company_url, summarise_companies
from kartoteka.builtin.clients.fields import CREATE
from kartoteka.extension.declarations.data import RecordKind, SearchText
from kartoteka.extension.declarations.scopes import Public
from kartoteka.vocabulary.message import text as _
from kartoteka.web.countries import country_choices
from kartoteka.web.lists import RecordList, columns_of, filters_of, orders_of

COMPANY = RecordKind(
    kind=COMPANY_KIND,
    title=_("Company from a directory"),
    plural_title=_("Companies from directories"),
    icon="building-community",
    model=DirectoryCompany,
    permission=CREATE,
    change_permission=IMPORT,
    scope=Public(),
    fields=COMPANY_FIELDS,
    summarise=summarise_companies,
    url=company_url,
)
SEARCH = SearchText(
    kind=COMPANY_KIND,
    fields=("name", "registration_code", "vat_code", "street", "city", "phone", "mobile", "email"),
    permission=CREATE,
)
_LISTED = tuple(
    replace(field, choices=lambda session: country_choices()) if field.name == "country" else field
    for field in COMPANY_FIELDS
)
DIRECTORY = RecordList(
    name="clients.directory",
    kind=COMPANY_KIND,
    model=DirectoryCompany,
    title=_("Company directory"),
    icon="building-community",
    path="/clients/directory/",
    columns=columns_of(_LISTED, DirectoryCompany),
    filters=filters_of(_LISTED, DirectoryCompany),
    orders=orders_of([field for field in _LISTED if field.name == "name"], DirectoryCompany),
    order="name",
    shown=("registration_code", "city", "street", "phone", "activity"),
    facts=("registration_code", "city", "phone"),
    searched=lambda session: (COMPANY_KIND,),
    search_hint=_("Name, code, address, phone or e-mail"),
    nothing_yet=_("An administrator imports company directories: registers, membership lists, trade fair catalogues."),
)
