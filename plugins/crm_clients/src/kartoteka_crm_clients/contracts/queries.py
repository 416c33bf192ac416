"""Reads of contracts: of one client, those that are valid today, and their terms as notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import ClientNotice
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import Period, RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts, Translatable
from kartoteka_crm_clients.contracts.fields import CONTRACT, CONTRACT_FIELDS
from kartoteka_crm_clients.contracts.models import Contract
from kartoteka_crm_clients.contracts.rules import Standing, standing, terms_of
from kartoteka_crm_clients.readable import readable_of

_ = Texts("crm_clients")

MOST = 200
_TITLE = next(field for field in CONTRACT_FIELDS.declared if field.name == "title")
_KIND = aliased(DirectoryEntry)
_CONTRACTS = select(Contract, _KIND).select_from(Contract).outerjoin(_KIND, _KIND.id == Contract.kind_id)


@dataclass(frozen=True)
class Listed:
    """A contract as pages show it."""

    contract: Contract
    kind: Translatable
    standing: Standing

    @property
    def terms(self) -> list[str]:
        """Its terms, one by one."""
        return terms_of(self.contract.terms)


def contracts_of(session: Session, client_id: int, today: date, *, archived: bool = False) -> list[Listed]:
    """Return a client's contracts: valid ones first, then those to come, expired ones last; one statement."""
    state = RecordState.ARCHIVED if archived else RecordState.ACTIVE
    rows = session.execute(
        _CONTRACTS.where(Contract.client_id == client_id, Contract.state == state)
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
        .limit(MOST)
    )
    order = {Standing.VALID: 0, Standing.COMING: 1, Standing.EXPIRED: 2}
    found = [_listed(session, contract, kind, today) for contract, kind in rows]
    return sorted(found, key=lambda one: order[one.standing])


def contract_of(session: Session, id: int, today: date) -> Listed | None:
    """Return one contract with its kind; None when the reader may not see it."""
    row = session.execute(_CONTRACTS.where(Contract.id == id)).one_or_none()
    return None if row is None else _listed(session, row[0], row[1], today)


@dataclass(frozen=True)
class Reported:
    """A contract with its client and who looks after the client."""

    listed: Listed
    client: str
    manager_id: int | None


def contracts_in(session: Session, period: Period | None, today: date, *, ends: bool = False) -> list[Reported]:
    """Return the contracts that are valid on some day of a period, with ``ends`` those that end in it; one statement.

    None is all time. Those that end first come first, those without an end last.
    """
    conditions: list[ColumnElement[bool]] = [Contract.state == RecordState.ACTIVE]
    if ends:
        conditions.append(Contract.until.is_not(None))
    if period is not None:
        conditions.append(or_(Contract.until.is_(None), Contract.until >= period.first))
        last = Contract.until if ends else Contract.since
        conditions.append(or_(last.is_(None), last <= period.last))
    rows = session.execute(
        _CONTRACTS.add_columns(Client.name, Client.manager_id)
        .join(Client, Client.id == Contract.client_id)
        .where(*conditions)
        .order_by(Contract.until.is_(None), Contract.until, Contract.id)
    )
    return [Reported(_listed(session, contract, kind, today), name, manager) for contract, kind, name, manager in rows]


def _listed(session: Session, contract: Contract, kind: DirectoryEntry | None, today: date) -> Listed:
    shown = readable_of(session, CONTRACT_FIELDS, [contract])[0]
    title: Translatable = "" if kind is None or shown.kind_id is None else EntryTitle(kind.name, dict(kind.titles))
    return Listed(shown, title, standing(contract.since, contract.until, today))


def notices_of(session: Session, client_id: int, today: date) -> list[ClientNotice]:
    """Return the terms of the contracts that are valid today; contracts without terms say nothing. One statement."""
    rows = session.scalars(
        select(Contract)
        .where(
            Contract.client_id == client_id,
            Contract.state == RecordState.ACTIVE,
            Contract.terms != "",
            or_(Contract.since.is_(None), Contract.since <= today),
            or_(Contract.until.is_(None), Contract.until >= today),
        )
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
        .limit(MOST)
    )
    return [
        ClientNotice(
            title=_("Contract %(number)s", number=row.number),
            lines=tuple(terms_of(row.terms)),
            url=contract_url(row.id),
            icon="file-certificate",
        )
        for row in readable_of(session, CONTRACT_FIELDS, rows.all())
        if row.terms
    ]


def count_contracts(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a client's contracts."""
    counted = select(func.count(Contract.id)).where(Contract.state == RecordState.ACTIVE)
    return counted.where(Contract.client_id == record_id).scalar_subquery()


def summarise_contracts(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return number and subject of each contract that the user sees; one statement."""
    rows = session.execute(
        select(Contract.id, Contract.number, Contract.title, Contract.state).where(Contract.id.in_(ids))
    )
    shows_title = _TITLE.is_readable(actor_of(session).can)
    return {
        row.id: RecordSummary(
            RecordRef(CONTRACT, row.id),
            title=str(_("Contract %(number)s", number=row.number)),
            subtitle=row.title if shows_title else "",
            url=contract_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def contract_url(id: int) -> str:
    """Return the address of a contract's page."""
    return f"/crm_clients/contracts/{id}"
