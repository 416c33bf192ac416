"""Deciding about a difference: taking over what the register says, or leaving the card as it is."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.clients import EDIT as EDIT_CLIENT
from kartoteka.api.clients import change_client
from kartoteka.api.db import Session, demand, find, update_rows
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.models import Address
from kartoteka_crm_clients.registers.fields import ADDRESS, LEFT, NAME, OPEN, TAKEN, VAT
from kartoteka_crm_clients.registers.models import RegisterCompany, RegisterDifference
from kartoteka_crm_clients.service import add_address, change_address

_ = Texts("crm_clients")


def take_over(session: Session, id: int) -> RegisterDifference:
    """Write into the card what the register says; of a status, note that somebody knows of it.

    Raises NotFound, Forbidden, Refused when it was decided already, and what changing a client or an address raises.
    """
    difference = _undecided(session, id)
    if difference.what == NAME:
        change_client(session, difference.client_id, {"company_name": difference.theirs}, accept_duplicates=True)
    elif difference.what == VAT:
        change_client(session, difference.client_id, {"vat_code": difference.theirs}, accept_duplicates=True)
    elif difference.what == ADDRESS:
        _take_address(session, difference)
    _decide(session, difference, TAKEN)
    return difference


def leave(session: Session, id: int) -> RegisterDifference:
    """Leave the card as it is, until the register says something else; raises as `take_over`."""
    difference = _undecided(session, id)
    _decide(session, difference, LEFT)
    return difference


def _undecided(session: Session, id: int) -> RegisterDifference:
    difference = find(session, RegisterDifference, id)
    demand(session, EDIT, EDIT_CLIENT)
    if difference.decision not in (OPEN, LEFT):
        raise Refused(_("This was decided already."))
    return difference


def _decide(session: Session, difference: RegisterDifference, decision: str) -> None:
    update_rows(session, RegisterDifference, {difference.id: {"decision": decision}})


def _take_address(session: Session, difference: RegisterDifference) -> None:
    company = find(session, RegisterCompany, difference.company_id)
    values = {name: getattr(company, name) for name in ("street", "city", "region", "postcode", "country")}
    address_id = session.scalar(
        select(Address.id)
        .where(
            Address.client_id == difference.client_id,
            Address.kind == "legal",
            Address.is_main,
            Address.state == RecordState.ACTIVE,
        )
        .limit(1)
    )
    if address_id is None:
        add_address(session, difference.client_id, {**values, "kind": "legal"})
    else:
        change_address(session, address_id, {**values, "district": ""})
