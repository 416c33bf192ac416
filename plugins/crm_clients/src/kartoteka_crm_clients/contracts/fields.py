"""The fields of contracts and the rights to them."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldsOf, FieldType, Permission, may_be_confidential
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

CONTRACT = "crm_clients.contract"
KINDS_OF_CONTRACTS = "crm_clients.contract_kinds"
SERIES = "crm_clients.contracts"
MASK = "S{year}-{number:03}"
TAB = "crm_clients.contracts"
VIEW_CONTRACTS = "crm_clients.view_contracts"
EDIT_CONTRACTS = "crm_clients.edit_contracts"

_FIELDS = (
    Field(
        name="number",
        title=_("Number"),
        type=FieldType.CODE,
        searchable=True,
        help=_("If empty, the next number of the series is used."),
    ),
    Field(name="title", title=_("Subject"), type=FieldType.LINE, searchable=True, personal=True),
    Field(
        name="kind_id",
        title=_("Kind"),
        type=FieldType.CHOICE,
        choices=directory_choices(KINDS_OF_CONTRACTS),
        known_choices=known_entries(KINDS_OF_CONTRACTS),
    ),
    Field(name="signed_on", title=_("Date"), type=FieldType.DATE, required=True),
    Field(name="since", title=_("Valid from"), type=FieldType.DATE),
    Field(name="until", title=_("Valid to"), type=FieldType.DATE, help=_("Empty for a contract without an end.")),
    Field(
        name="terms",
        title=_("Terms"),
        type=FieldType.BLOCK,
        personal=True,
        help=_("One a line. They are shown to whoever makes something for the client while the contract is valid."),
    ),
)
CONTRACT_FIELDS = FieldsOf(CONTRACT, may_be_confidential(CONTRACT, _FIELDS, never={"number", "since", "until"}))
PERMISSIONS = [
    Permission(
        name=VIEW_CONTRACTS,
        title=_("See contracts"),
        description=_("See the contracts with the clients one may see, and their terms."),
        record_kind=CONTRACT,
        also_requires=("clients.view",),
        weight=40,
    ),
    Permission(
        name=EDIT_CONTRACTS,
        title=_("Change contracts"),
        description=_("Add, change and archive contracts with clients."),
        record_kind=CONTRACT,
        also_requires=(VIEW_CONTRACTS,),
        weight=50,
    ),
]
