"""Use cases of contracts: add, change, put away. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import add_record, apply_changes, client_to_write, record_to_write, set_state
from kartoteka.api.db import Session, settle, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.values import (
    Reader,
    block,
    check_order,
    day,
    entry_of,
    find_own_links,
    line,
    own_readers,
    read_values,
    refuse_unwritable,
)
from kartoteka.api.work import next_number
from kartoteka_crm_clients.contracts.fields import CONTRACT, EDIT_CONTRACTS, KINDS_OF_CONTRACTS, MASK, SERIES
from kartoteka_crm_clients.contracts.models import NUMBER_LENGTH, TERMS_LENGTH, TITLE_LENGTH, Contract

_ = Texts("crm_clients")


def add_contract(session: Session, client_id: int, values: Mapping[str, Any]) -> Contract:
    """Add a contract; without a number it gets the next one of the series, without a date today's.

    Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT_CONTRACTS)
    checked = read_values(find_own_links(session, CONTRACT, values), _readers(session))
    refuse_unwritable(session, CONTRACT, checked)
    check_order(checked.get("since"), checked.get("until"))
    checked["signed_on"] = checked.get("signed_on") or utc_now().date()
    checked["number"] = checked.get("number") or next_number(session, SERIES, mask=MASK, on=checked["signed_on"])
    return add_record(session, Contract(client_id=client.id, **checked), CONTRACT)


def change_contract(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Contract:
    """Change a contract, typed over ``version``; raises EditConflict and what `add_contract` raises."""
    contract: Contract = record_to_write(session, Contract, id, EDIT_CONTRACTS)
    checked = read_values(find_own_links(session, CONTRACT, values), _readers(session, contract.kind_id))
    refuse_unwritable(session, CONTRACT, checked, contract)
    check_order(checked.get("since", contract.since), checked.get("until", contract.until))
    for name, problem in (("number", _("Enter the contract number.")), ("signed_on", _("Enter the contract date."))):
        if name in checked and not checked[name]:
            raise InvalidInput({name: problem})
    apply_changes(session, contract, CONTRACT, settle(session, contract, CONTRACT, checked, version))
    return contract


def archive_contract(session: Session, id: int) -> Contract:
    """Put a contract away."""
    return set_state(session, record_to_write(session, Contract, id, EDIT_CONTRACTS), CONTRACT, RecordState.ARCHIVED)


def restore_contract(session: Session, id: int) -> Contract:
    """Take a contract out of the archive."""
    return set_state(session, record_to_write(session, Contract, id, EDIT_CONTRACTS), CONTRACT, RecordState.ACTIVE)


def _readers(session: Session, kind_id: int | None = None) -> dict[str, Reader]:
    return {
        "number": line(NUMBER_LENGTH),
        "title": line(TITLE_LENGTH),
        "kind_id": entry_of(session, KINDS_OF_CONTRACTS, kind_id),
        "signed_on": day,
        "since": day,
        "until": day,
        "terms": block(TERMS_LENGTH),
        **own_readers(CONTRACT),
    }
