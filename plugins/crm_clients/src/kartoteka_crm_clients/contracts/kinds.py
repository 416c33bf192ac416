"""What contracts add to the card, to search, to directories and to the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource, Directory, OwnedByClient, RecordKind, SearchText, StartEntry, Tab
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.contracts import queries, service
from kartoteka_crm_clients.contracts.fields import (
    CONTRACT,
    CONTRACT_FIELDS,
    EDIT_CONTRACTS,
    KINDS_OF_CONTRACTS,
    TAB,
    VIEW_CONTRACTS,
)
from kartoteka_crm_clients.contracts.models import Contract

_ = Texts("crm_clients")

KINDS = [
    RecordKind(
        kind=CONTRACT,
        title=_("Contract"),
        plural_title=_("Contracts"),
        icon="file-certificate",
        model=Contract,
        permission=VIEW_CONTRACTS,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT_CONTRACTS,
        fields=CONTRACT_FIELDS,
        summarise=queries.summarise_contracts,
        url=queries.contract_url,
    )
]
SEARCH = [SearchText(kind=CONTRACT, fields=("number", "title"), permission=VIEW_CONTRACTS)]
TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name=TAB.partition(".")[2],
        title=_("Contracts"),
        permission=VIEW_CONTRACTS,
        tells=(CONTRACT,),
        endpoint="crm_clients.show_contracts",
        count=queries.count_contracts,
        weight=28,
    )
]


def first_kinds() -> Iterable[StartEntry]:
    """Return what contracts are about."""
    titles = {"sale": _("Sale"), "service": _("Service"), "rent": _("Rent")}
    return StartEntry.by_code(titles)


DIRECTORIES = [
    Directory(
        name=KINDS_OF_CONTRACTS.partition(".")[2],
        title=_("Kinds of contracts"),
        entry_title=_("Kind of contract"),
        icon="file-certificate",
        start=first_kinds,
    )
]


def create_contract(session: Session, values: dict[str, Any]) -> Contract:
    """Add a contract with the client that is named."""
    return service.add_contract(session, values.pop("client"), values)


API_RESOURCES = [
    ApiResource(
        name="contracts",
        title=_("Contracts"),
        kind=CONTRACT,
        create=create_contract,
        change=service.change_contract,
        remove=service.archive_contract,
    )
]
