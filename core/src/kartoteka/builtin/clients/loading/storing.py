"""What the loader asks the database: a few statements per step, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from kartoteka.builtin.clients.checking import checked_value, hidden_fields
from kartoteka.builtin.clients.fields import CLIENT_KIND, FIELDS
from kartoteka.builtin.clients.models import Client
from kartoteka.db.among import among_words
from kartoteka.db.members import spread
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.company_fields import fields_here
from kartoteka.vocabulary.record import RecordState

TABLE = str(Client.__table__.name)
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_COLUMNS = tuple(dict.fromkeys(field.attribute for field in FIELDS.values()))
_FULL = select(Client.id, Client.state, Client.custom_values, *(getattr(Client, name) for name in _COLUMNS))
_MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A client as the database has it: its id, its state, and the values of its fields by attribute."""

    id: int
    state: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holder:
    """The client that has a registration code already; ``number`` is "" for one out of the actor's sight."""

    id: int
    number: str = ""


def find_by_key(session: Session, source: str, keys: Iterable[str]) -> dict[str, int]:
    """Return the clients of this source by external number, also those out of the actor's sight.

    A client that was merged stands for the one that was kept.
    """
    columns = (Client.external_id, Client.id, Client.state, Client.merged_into_id)
    statement = select(*columns).where(
        Client.external_source == source, among_words(Client.external_id, sorted(set(keys)))
    )
    with as_system(session, reason="external numbers are unique over all clients"):
        rows = session.execute(statement).all()
        merged = {row.id: row.merged_into_id for row in rows if row.state == RecordState.MERGED}
        kept = _follow(session, merged)
    return {row.external_id: kept.get(row.id, row.id) for row in rows}


def find_by_column(session: Session, column: str, values: Iterable[str]) -> dict[str, int]:
    """Return the clients by the value of a normalised column; of several the first."""
    wanted = sorted({value for value in values if value})
    if not wanted:
        return {}
    compared = getattr(Client, column)
    statement = select(compared, Client.id).where(among_words(compared, wanted), Client.state.in_(_LIVING))
    with as_system(session, reason="a client is found again among all clients"):
        rows = session.execute(statement.order_by(Client.id.desc())).all()
    return {row[0]: row.id for row in rows}


def read_stored(session: Session, ids: Iterable[int]) -> dict[int, Stored]:
    """Return the clients with these ids, also those out of the actor's sight."""
    wanted = set(ids)
    if not wanted:
        return {}
    with as_system(session, reason="what a file says is compared with what is there"):
        rows = session.execute(_FULL.where(Client.id.in_(wanted))).all()
    return {row.id: Stored(row.id, row.state, _values_of(row._mapping)) for row in rows}


def _values_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the values of a row by attribute, those of the company's own fields among them."""
    own = {field.name: None for field in fields_here(CLIENT_KIND)}
    return {**own, **spread(dict(row))}


def outside_ids(session: Session, ids: Iterable[int]) -> set[int]:
    """Return those of the ids that the actor does not see."""
    wanted = set(ids)
    if not wanted or actor_of(session).is_system:
        return set()
    return wanted - set(session.scalars(select(Client.id).where(Client.id.in_(wanted))))


def find_holders(session: Session, codes: set[str]) -> dict[str, Holder]:
    """Return who has these registration codes, by code."""
    if not codes:
        return {}
    with as_system(session, reason="a registration code belongs to one client"):
        found = session.execute(_holders(codes)).all()
    outside = outside_ids(session, [row.id for row in found])
    return {row.registration_code_norm: Holder(row.id, "" if row.id in outside else row.number) for row in found}


def code_of(values: Mapping[str, Any]) -> str:
    """Return the registration code of a row as it is compared, "" when it has or shows none."""
    if "registration_code" in hidden_fields(str(values.get("kind") or "company")):
        return ""
    return checked_value("registration_code", values.get("registration_code") or "", values.get("country") or "")


def _holders(codes: set[str]) -> Select[Any]:
    return (
        select(Client.id, Client.number, Client.registration_code_norm)
        .where(among_words(Client.registration_code_norm, sorted(codes)), Client.state.in_(_LIVING))
        .order_by(Client.id.desc())
    )


def _follow(session: Session, merged: Mapping[int, int | None]) -> dict[int, int]:
    """Return the kept client behind each merged one, also when that was merged in turn."""
    kept = {gone: into for gone, into in merged.items() if into is not None}
    for _round in range(_MOST_MERGES):
        statement = select(Client.id, Client.merged_into_id).where(
            Client.id.in_(set(kept.values())), Client.state == RecordState.MERGED
        )
        further = {gone: into for gone, into in session.execute(statement) if into is not None} if kept else {}
        if not further:
            break
        kept = {gone: further.get(into, into) for gone, into in kept.items()}
    return kept
