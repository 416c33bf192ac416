"""The form of contracts."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import who_works
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import BlockField, ChoiceField, DateField, ExtensibleForm, LineField, to_id
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.contracts.fields import CONTRACT, CONTRACT_FIELDS, KINDS_OF_CONTRACTS
from kartoteka_crm_clients.contracts.models import NUMBER_LENGTH, TERMS_LENGTH, TITLE_LENGTH

_ = Texts("crm_clients")
_BY_NAME = {field.name: field for field in CONTRACT_FIELDS}


class ContractForm(ExtensibleForm):
    """A contract with a client."""

    record_kind = CONTRACT

    number = LineField(_BY_NAME["number"].title, max_length=NUMBER_LENGTH, help=_BY_NAME["number"].help)
    title = LineField(_BY_NAME["title"].title, max_length=TITLE_LENGTH)
    kind_id = ChoiceField(
        _BY_NAME["kind_id"].title, choices=directory_choices(KINDS_OF_CONTRACTS), coerce=to_id, empty=_("Not set")
    )
    signed_on = DateField(_BY_NAME["signed_on"].title, required=True)
    since = DateField(_BY_NAME["since"].title)
    until = DateField(_BY_NAME["until"].title, help=_BY_NAME["until"].help)
    terms = BlockField(_BY_NAME["terms"].title, max_length=TERMS_LENGTH, help=_BY_NAME["terms"].help)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        can = who_works().can
        self.keep_only(field.name for field in CONTRACT_FIELDS if field.is_writable(can))
