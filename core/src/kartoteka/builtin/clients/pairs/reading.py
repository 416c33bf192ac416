"""Clients as they are compared: read from their cards and from what modules know of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.pairs.addresses import read_place
from kartoteka.builtin.clients.pairs.names import read_name
from kartoteka.builtin.clients.pairs.traits import Traits, filled
from kartoteka.db.session import Session
from kartoteka.extension.comparing import client_traits
from kartoteka.extension.declarations.health import ClientTrait
from kartoteka.vocabulary.record import RecordState

LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
CODES = {
    "registration_code": "registration_code_norm",
    "vat_code": "vat_code_norm",
    "personal_code": "personal_code_norm",
}
_READ = (
    *("id", "kind", "name", *CODES.values(), "phone_e164", "mobile_e164"),
    *("email_norm", "domain", "birth_date"),
)
VERSION = 1
"""Raised when traits are made otherwise: everybody is compared anew then."""

Known = tuple[Row[Any], Sequence[ClientTrait]]
"""A client's columns, and what modules know of it."""


def read_clients(session: Session, where: Any, limit: int) -> list[Known]:
    """Return living clients in the order of their ids."""
    rows = session.execute(_statement(where).limit(limit)).all()
    traits: Mapping[int, Sequence[ClientTrait]] = client_traits(session, [row.id for row in rows]) if rows else {}
    # A city alone tells nobody apart.
    return [(row, [one for one in traits.get(row.id, ()) if one.value or one.postcode]) for row in rows]


def print_of(known: Known) -> int:
    """Return a number that changes when anything changes that the client is compared by."""
    row, traits = known
    parts = sorted((one.sort, one.value, one.postcode, one.city) for one in traits)
    written = repr((VERSION, tuple(row)[1:], parts))
    return int.from_bytes(hashlib.blake2b(written.encode(), digest_size=8).digest()) >> 1


def traits_of(known: Known) -> Traits:
    """Return a client ready to be compared."""
    row, traits = known
    born: date | None = row.birth_date
    places = [read_place(one.value, one.postcode, one.city) for one in traits if one.sort == "address"]
    return Traits(
        id=row.id,
        name=read_name(row.name, row.kind == "person"),
        codes={kind: code for kind, column in CODES.items() if (code := getattr(row, column))},
        phones=filled(map(_digits, [row.phone_e164, row.mobile_e164, *_of("phone", traits)])),
        emails=filled([row.email_norm, *(value.strip().lower() for value in _of("email", traits))]),
        domain=row.domain,
        born=born,
        places=tuple(dict.fromkeys(place for place in places if place)),
    )


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _of(sort: str, traits: Sequence[ClientTrait]) -> list[str]:
    return [one.value for one in traits if one.sort == sort]


def _statement(where: Any) -> Select[Any]:
    columns = [getattr(Client, name) for name in _READ]
    return select(*columns).where(where, Client.state.in_(LIVING)).order_by(Client.id)
