"""Reads of the registers: companies while somebody types, what a register says of a client, and differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, literal, or_, select, union_all

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, among
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_clients.registers.fields import DIFFERENCE, LEFT, OPEN, OVER, STATUS, VAT, WHAT
from kartoteka_crm_clients.registers.models import RegisterCompany, RegisterDifference, RegisterLoad
from kartoteka_crm_clients.registers.rules import COUNTRIES, typed_code, typed_key

SUGGESTED = 8
PAGE = 50
DIFFERENCES = "/crm_clients/registers/differences/"
_AFTER_ALL = "\U0010ffff"
_KEYS = ("first_key", "second_key", "third_key")
_TOLD = (
    "id",
    "country",
    "code",
    "name",
    "legal_form",
    "vat_code",
    "status",
    "status_text",
    "street",
    "city",
    "region",
    "postcode",
    "gone_on",
)
_WHAT_TITLES = {choice.value: choice.title for choice in WHAT}


def suggest(session: Session, query: str, country: str, limit: int = SUGGESTED) -> list[Row[Any]]:
    """Return companies whose name, a later word of it, or code begins with what was typed; one statement.

    Those of ``country`` come first, then those whose name begins so. Each part of the statement reads at most ``limit``
    entries of an index, so that the register's size does not matter.
    """
    if code := typed_code(query):
        parts = _by_code(code, limit)
    elif key := typed_key(query):
        parts = _by_name(key, limit)
    else:
        return []
    rows = session.execute(union_all(*parts)).all()
    best: dict[int, Row[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.country != country, row.rank, row.found_by, row.id)):
        best.setdefault(row.id, row)
    return list(best.values())[:limit]


def _by_name(key: str, limit: int) -> list[Select[Any]]:
    parts = []
    for country in COUNTRIES:
        for rank, name in enumerate(_KEYS):
            column = getattr(RegisterCompany, name)
            parts.append(_part(country, column, key, rank, limit))
    return parts


def _by_code(code: str, limit: int) -> list[Select[Any]]:
    if code[:2].isalpha():
        plain = [
            _part(country, RegisterCompany.code, code[2:], 0, limit) for country in COUNTRIES if country == code[:2]
        ]
        return [*plain, *(_part(country, RegisterCompany.vat_code, code, 1, limit) for country in COUNTRIES)]
    return [_part(country, RegisterCompany.code, code, 0, limit) for country in COUNTRIES]


def _part(country: str, column: Any, beginning: str, rank: int, limit: int) -> Select[Any]:
    told = [getattr(RegisterCompany, name) for name in _TOLD]
    found = (
        select(*told, literal(rank).label("rank"), column.label("found_by"))
        .where(RegisterCompany.country == country, column >= beginning, column < beginning + _AFTER_ALL)
        .order_by(column)
        .limit(limit)
        .subquery()
    )
    return select(found)


def find_company(session: Session, country: str, code: str) -> Row[Any] | None:
    """Return a company by its code, None when the register does not have it."""
    told = [getattr(RegisterCompany, name) for name in (*_TOLD, "registered_on", "seen_in")]
    statement = select(*told).where(RegisterCompany.country == country, RegisterCompany.code == code)
    return session.execute(statement).one_or_none()


def difference_url(id: int) -> str:
    """Return the address of a difference."""
    return f"{DIFFERENCES}{id}"


def summarise_differences(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return client and field of each difference; one statement."""
    statement = (
        select(RegisterDifference.id, RegisterDifference.what, RegisterDifference.theirs, Client.name)
        .join(Client, Client.id == RegisterDifference.client_id)
        .where(RegisterDifference.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(DIFFERENCE, row.id),
            title=row.name,
            subtitle=f"{_WHAT_TITLES.get(row.what, row.what)}: {row.theirs}",
            url=difference_url(row.id),
        )
        for row in session.execute(statement)
    }


def company_of_client(session: Session, client_id: int) -> Row[Any] | None:
    """Return the company that a client is in its country's register, None when it is not known there."""
    told = [getattr(RegisterCompany, name) for name in (*_TOLD, "registered_on")]
    same = and_(RegisterCompany.country == Client.country, RegisterCompany.code == Client.registration_code_norm)
    statement = select(*told).join(Client, same).where(Client.id == client_id, Client.registration_code_norm != "")
    return session.execute(statement).first()


_MARKED = and_(
    RegisterDifference.mark != "",
    or_(
        and_(RegisterDifference.what == STATUS, RegisterDifference.decision != OVER),
        and_(
            RegisterDifference.what == VAT,
            or_(RegisterDifference.decision == OPEN, RegisterDifference.decision == LEFT),
        ),
    ),
)
# Made once: making it costs more than its answer, and every card asks.
_MARKS_OF = (
    select(RegisterDifference.client_id, RegisterDifference.mark)
    .where(among(RegisterDifference.client_id), _MARKED)
    .order_by(RegisterDifference.what, RegisterDifference.id)
)


def marks_of(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return clients with the mark that their card has to show: how they end, then that their VAT code is gone."""
    return [(row.client_id, row.mark) for row in session.execute(_MARKS_OF, {"ids": list(ids)})]


def count_marks(client_id: ColumnElement[int]) -> ScalarSelect[int]:
    """Return the select that counts the differences of a client that its card has to show."""
    counted = select(func.count(RegisterDifference.id)).where(RegisterDifference.client_id == client_id, _MARKED)
    return counted.scalar_subquery()


def open_differences_of(session: Session, client_id: int) -> Sequence[RegisterDifference]:
    """Return what has to be decided about a client."""
    one = RegisterDifference
    return session.scalars(select(one).where(one.client_id == client_id, one.decision == OPEN).order_by(one.id)).all()


def differences(session: Session, *conditions: ColumnElement[bool], limit: int) -> list[Row[Any]]:
    """Return differences with the names of their clients, the newest first."""
    one = RegisterDifference
    told = (one.id, one.client_id, one.what, one.ours, one.theirs, one.mark, one.found_on, one.decision)
    statement = select(*told, Client.name).join(Client, Client.id == one.client_id).where(*conditions)
    return list(session.execute(statement.order_by(one.id.desc()).limit(limit)))


def page_of_differences(session: Session, decision: str, before: int | None) -> tuple[list[Row[Any]], bool]:
    """Return a page of differences, the newest first, and whether there are more; one statement."""
    conditions = [RegisterDifference.decision == decision]
    if before is not None:
        conditions.append(RegisterDifference.id < before)
    rows = differences(session, *conditions, limit=PAGE + 1)
    return rows[:PAGE], len(rows) > PAGE


def page_of_loads(session: Session, before: int | None) -> tuple[list[RegisterLoad], bool]:
    """Return a page of loads, the newest first, and whether there are more."""
    statement = select(RegisterLoad).order_by(RegisterLoad.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(RegisterLoad.id < before)
    loads = session.scalars(statement).all()
    return list(loads[:PAGE]), len(loads) > PAGE


def newest_loads(session: Session) -> dict[str, RegisterLoad]:
    """Return the newest load of each country that was finished."""
    newest = select(func.max(RegisterLoad.id)).where(RegisterLoad.stage == "done").group_by(RegisterLoad.country)
    return {one.country: one for one in session.scalars(select(RegisterLoad).where(RegisterLoad.id.in_(newest)))}
