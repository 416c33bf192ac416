"""Reads of directory companies: by name or code while somebody types, and which clients they are already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from kartoteka.builtin.clients.directory.fields import COMPANY_KIND
from kartoteka.builtin.clients.directory.models import DirectoryCompany, normal_code
from kartoteka.builtin.clients.models import Client
from kartoteka.db.search import restrict_to_matches
from kartoteka.db.session import Session
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary
from kartoteka.vocabulary.search import parse_query
from kartoteka.vocabulary.text import sort_key

SUGGESTED = 6
_AFTER_ALL = "\U0010ffff"
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


def company_url(id: int) -> str:
    """Return the address of a directory company's page."""
    return f"/clients/directory/{id}"


def summarise_companies(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return name and code of each company; one statement."""
    rows = session.execute(_named().where(DirectoryCompany.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(COMPANY_KIND, row.id),
            title=row.name,
            subtitle=", ".join(filter(None, (row.registration_code, row.city))),
            url=company_url(row.id),
        )
        for row in rows
    }


def suggest_companies(session: Session, query: str, limit: int = SUGGESTED) -> list[Row[Any]]:
    """Return companies that a name, a part of it or a code finds: those that begin with it first.

    At most two statements; fewer than three letters or digits find nothing.
    """
    key, terms = sort_key(query), parse_query(query)
    if not terms or len(key.replace(" ", "")) < 3:
        return []
    ordered = _named().order_by(DirectoryCompany.name_sort, DirectoryCompany.id).limit(limit)
    beginning = ordered.where(DirectoryCompany.name_sort >= key, DirectoryCompany.name_sort < key + _AFTER_ALL)
    found = list(session.execute(beginning))
    if len(found) < limit:
        matching = restrict_to_matches(session, ordered, DirectoryCompany.id, terms, [COMPANY_KIND], column="record_id")
        known = {row.id for row in found}
        found += [row for row in session.execute(matching) if row.id not in known]
    return found[:limit]


def is_empty(session: Session) -> bool:
    """Say whether no directory has been imported."""
    return session.scalar(select(DirectoryCompany.id).limit(1)) is None


def clients_of(session: Session, companies: Iterable[tuple[int, str, str]]) -> dict[int, int]:
    """Return, for companies given as (id, registration code, country), the id of the client that has the code already.

    Only clients that the actor sees are told; one statement.
    """
    codes = {key: code for key, typed, country in companies if (code := normal_code(typed, country))}
    if not codes:
        return {}
    statement = select(Client.id, Client.registration_code_norm).where(
        Client.registration_code_norm.in_(set(codes.values())), Client.state.in_(_LIVING)
    )
    by_code = {row.registration_code_norm: row.id for row in session.execute(statement.order_by(Client.id.desc()))}
    return {key: by_code[code] for key, code in codes.items() if code in by_code}


def _named() -> Select[Any]:
    return select(
        DirectoryCompany.id,
        DirectoryCompany.name,
        DirectoryCompany.registration_code,
        DirectoryCompany.country,
        DirectoryCompany.city,
    )
