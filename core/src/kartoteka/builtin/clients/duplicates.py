"""Finding the client that somebody is about to enter a second time (X-15).

Codes, phones, e-mails, names and domains are compared in their normalised form; empty never equals empty. The
search looks beyond the clients that the actor sees, because a second card is wrong whoever has the first one; what
may be said about a client outside is only that it exists and who is responsible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, bindparam, literal, select, union_all

from kartoteka.builtin.clients.checking import checked_value, hidden_fields
from kartoteka.builtin.clients.deriving import domain_of
from kartoteka.builtin.clients.fields import SEE_PERSONAL_CODE
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.naming import name_key
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.declarations.work import DuplicateHit, DuplicateProbe
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.text import no_value

HITS_PER_FIELD = 20
MOST_SHOWN = 10
TOLD_FROM_OUTSIDE = frozenset({"registration_code", "vat_code", "personal_code", "phones", "emails"})
"""Fields whose match with a client out of sight is told; a name or a domain there would say too much."""

_STRENGTHS = {
    "registration_code": 1.0,
    "personal_code": 1.0,
    "vat_code": 0.95,
    "emails": 0.8,
    "phones": 0.75,
    "name": 0.7,
    "domain": 0.5,
}
LIKELY_FROM = 0.6
"""Hits this strong are asked about before saving; colleagues of one firm may well share a domain."""

_REASONS: dict[str, Message] = {
    "registration_code": _("The same registration code"),
    "vat_code": _("The same VAT code"),
    "personal_code": _("The same personal code"),
    "emails": _("The same e-mail address"),
    "phones": _("The same phone number"),
    "name": _("The same name"),
    "domain": _("The same website or e-mail domain"),
}
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


class PossibleDuplicate(Refused):
    """A client with the same code is known to the actor; ``hits`` say which. Save again to keep both."""

    def __init__(self, hits: Sequence[DuplicateHit], field: str) -> None:
        super().__init__(_("There is a client with the same code already."), field)
        self.hits = tuple(hits)


@dataclass(frozen=True)
class KnownDuplicate:
    """A hit as it may be shown: ``name`` and ``number`` are empty for a client that the actor does not see."""

    client_id: int | None
    name: str
    number: str
    manager: str
    reasons: tuple[Message, ...]
    field: str
    strength: float

    @property
    def is_likely(self) -> bool:
        """Whether the clerk is asked before another client is saved."""
        return self.strength >= LIKELY_FROM

    @property
    def is_visible(self) -> bool:
        """Whether the actor sees this client."""
        return self.client_id is not None

    @property
    def told(self) -> Message:
        """All that may be said of a client out of sight (decision 8 of the catalogue)."""
        if not self.manager:
            return _("This client is already registered; nobody is responsible for it yet.")
        return _("This client is already registered, responsible: %(manager)s.", manager=self.manager)


def probe_for(values: Mapping[str, Any], exclude_id: int | None = None) -> DuplicateProbe:
    """Return what is known of a client, by attribute, as a question about duplicates."""
    get = {name: str(value or "") for name, value in values.items()}.get
    hidden = hidden_fields(get("kind", "company"))
    person = f"{get('surname', '')} {get('first_name', '')}".strip()
    return DuplicateProbe(
        name=person if get("kind") == "person" else get("company_name", ""),
        country=get("country", ""),
        registration_code="" if "registration_code" in hidden else get("registration_code", ""),
        vat_code="" if "vat_code" in hidden else get("vat_code", ""),
        personal_code="" if "personal_code" in hidden else get("personal_code", ""),
        phones=tuple(filter(None, (get("phone", ""), get("mobile", "")))),
        emails=tuple(filter(None, (get("email", ""),))),
        domain=domain_of(get("email", ""), get("website", "")),
        exclude_id=exclude_id,
    )


def find_duplicates(session: Session, probe: DuplicateProbe) -> list[DuplicateHit]:
    """Return clients that may be the one described, the strongest first; one statement, a few per field.

    Who may not see personal codes learns nothing of equal ones either.
    """
    wanted = _wanted(probe)
    if not actor_of(session).can(SEE_PERSONAL_CODE):
        wanted.pop("personal_code", None)
    if not wanted:
        return []
    with as_system(session, reason="duplicates are looked for among all clients"):
        rows = session.execute(_statement(tuple(wanted)), {**wanted, "exclude_id": probe.exclude_id or 0}).all()
    hits = {_hit(row.client_id, row.field) for row in rows}
    return sorted(hits, key=lambda hit: (-hit.strength, hit.client_id))


def describe_duplicates(session: Session, hits: Iterable[DuplicateHit]) -> list[KnownDuplicate]:
    """Return what the actor may know about the hit clients, the strongest first; two statements at most."""
    by_client: dict[int, list[DuplicateHit]] = {}
    for hit in hits:
        by_client.setdefault(hit.client_id, []).append(hit)
    if not by_client:
        return []
    seen = {row.id: row for row in session.execute(_labels(by_client))}
    outside = _responsible(session, set(by_client) - set(seen))
    known = [_seen(row, by_client[client_id]) for client_id, row in seen.items()]
    for client_id, manager in outside.items():
        told = [hit for hit in by_client[client_id] if hit.field in TOLD_FROM_OUTSIDE]
        if told:
            known.append(_known(None, "", "", manager, told))
    return sorted(known, key=lambda one: -one.strength)[:MOST_SHOWN]


def refuse_taken_codes(
    session: Session,
    values: Mapping[str, Any],
    own_id: int | None,
    accepted: bool,
    touched: Iterable[str] | None = None,
) -> None:
    """Refuse a registration or VAT code that another client has.

    Raises InvalidInput when that client is out of the actor's sight, saying only who is responsible for it, and
    PossibleDuplicate when it is visible and the actor has not ``accepted`` it. ``touched`` limits the check to
    codes that are being changed.
    """
    names = {"registration_code", "vat_code"} - hidden_fields(str(values.get("kind") or "company"))
    names &= set(values if touched is None else touched)
    if not any(values.get(name) for name in names):
        return
    codes = {name: str(values.get(name) or "") for name in names}
    probe = DuplicateProbe(country=str(values.get("country") or ""), exclude_id=own_id, **codes)
    hits = find_duplicates(session, probe)
    known = describe_duplicates(session, hits)
    errors = {one.field: one.told for one in known if not one.is_visible}
    if errors:
        raise InvalidInput(errors)
    if hits and not accepted:
        raise PossibleDuplicate(hits, hits[0].field)


def _hit(client_id: int, field: str) -> DuplicateHit:
    return DuplicateHit(client_id=client_id, field=field, reason=_REASONS[field], strength=_STRENGTHS[field])


def _wanted(probe: DuplicateProbe) -> dict[str, Any]:
    """Return what is looked for by field, normalised; what is empty is not looked for."""
    country = probe.country
    wanted: dict[str, Any] = {
        "registration_code": _normal("registration_code", probe.registration_code, country),
        "vat_code": _normal("vat_code", probe.vat_code, country),
        "personal_code": _normal("personal_code", probe.personal_code, country),
        "phones": [number for typed in probe.phones if (number := _normal("phone", typed, country))],
        "emails": [address for typed in probe.emails if (address := _normal("email", typed, country))],
        "name": name_key(probe.name),
        "domain": probe.domain,
    }
    return {field: value for field, value in wanted.items() if value}


def _normal(field: str, typed: str, country: str) -> str:
    return "" if no_value(typed) else checked_value(field, typed, country)


@lru_cache(maxsize=64)
def _statement(fields: tuple[str, ...]) -> CompoundSelect[Any]:
    """Return the one statement for these fields; made once, because making it costs more than running it."""
    return union_all(*(_part(field, condition) for field in fields for condition in _CONDITIONS[field]))


def _part(field: str, condition: ColumnElement[bool]) -> Select[Any]:
    # The limit stands alone beside the condition: with an order or a second condition SQLite walks through all clients.
    some = select(Client.id, Client.state).where(condition).limit(HITS_PER_FIELD + 1).subquery()
    living = select(some.c.id.label("client_id"), literal(field).label("field"))
    return living.where(some.c.state.in_(_LIVING), some.c.id != bindparam("exclude_id"))


def _any_of(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


_CONDITIONS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "registration_code": (Client.registration_code_norm == bindparam("registration_code"),),
    "vat_code": (Client.vat_code_norm == bindparam("vat_code"),),
    "personal_code": (Client.personal_code_norm == bindparam("personal_code"),),
    "phones": (Client.phone_e164.in_(_any_of("phones")), Client.mobile_e164.in_(_any_of("phones"))),
    "emails": (Client.email_norm.in_(_any_of("emails")),),
    "name": (Client.name_key == bindparam("name"),),
    "domain": (Client.domain == bindparam("domain"),),
}


def _labels(ids: Iterable[int]) -> Select[Any]:
    return (
        select(Client.id, Client.name, Client.number, User.name.label("manager"))
        .outerjoin(User, User.id == Client.manager_id)
        .where(Client.id.in_(set(ids)))
    )


def _responsible(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    with as_system(session, reason="who is responsible for a client out of sight"):
        return {row.id: row.manager or "" for row in session.execute(_labels(ids))}


def _seen(row: Any, hits: Sequence[DuplicateHit]) -> KnownDuplicate:
    return _known(row.id, row.name, row.number, row.manager or "", hits)


def _known(id: int | None, name: str, number: str, manager: str, hits: Sequence[DuplicateHit]) -> KnownDuplicate:
    strongest = max(hits, key=lambda hit: hit.strength)
    reasons = tuple(dict.fromkeys(hit.reason for hit in sorted(hits, key=lambda hit: -hit.strength)))
    return KnownDuplicate(id, name, number, manager, reasons, strongest.field, strongest.strength)
