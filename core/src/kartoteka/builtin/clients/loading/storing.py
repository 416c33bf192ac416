"""What the loader asks the database: a few statements per step, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.checking import checked_value, hidden_fields
from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.builtin.clients.models import Client
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.vocabulary.record import RecordState

TABLE = str(Client.__table__.name)
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_COLUMNS = tuple(dict.fromkeys(field.attribute for field in FIELDS.values()))


@dataclass(frozen=True)
class Stored:
    """A client as the database has it: its id and the values of its fields by attribute."""

    id: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Holder:
    """The client that has a registration code already; ``number`` is "" for one out of the actor's sight."""

    id: int | None
    number: str = ""


def find_stored(session: Session, source: str, keys: Iterable[str]) -> dict[str, Stored]:
    """Return the clients of this source by external number, also those out of the actor's sight."""
    columns = [getattr(Client, name) for name in _COLUMNS]
    statement = select(Client.id, *columns).where(Client.external_source == source, Client.external_id.in_(set(keys)))
    with as_system(session, reason="external numbers are unique over all clients"):
        rows = session.execute(statement).all()
    return {row.external_id: Stored(row.id, row._mapping) for row in rows}


def outside_ids(session: Session, ids: Iterable[int]) -> set[int]:
    """Return those of the ids that the actor does not see."""
    wanted = set(ids)
    if not wanted or actor_of(session).is_system:
        return set()
    return wanted - set(session.scalars(select(Client.id).where(Client.id.in_(wanted))))


def find_holders(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, Holder]:
    """Return who has the registration codes of these rows, by code."""
    codes = {code for values in rows if (code := code_of(values))}
    if not codes:
        return {}
    statement = select(Client.id, Client.number, Client.registration_code_norm).where(
        Client.registration_code_norm.in_(codes), Client.state.in_(_LIVING)
    )
    with as_system(session, reason="a registration code belongs to one client"):
        found = session.execute(statement.order_by(Client.id.desc())).all()
    outside = outside_ids(session, [row.id for row in found])
    return {row.registration_code_norm: Holder(row.id, "" if row.id in outside else row.number) for row in found}


def code_of(values: Mapping[str, Any]) -> str:
    """Return the registration code of a row as it is compared, "" when it has or shows none."""
    if "registration_code" in hidden_fields(str(values.get("kind") or "company")):
        return ""
    return checked_value("registration_code", values.get("registration_code") or "", values.get("country") or "")
