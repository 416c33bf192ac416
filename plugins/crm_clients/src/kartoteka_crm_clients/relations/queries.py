"""Reads of positions and relations: of one client, of a person, and people and clients to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import CLIENT_KIND, Client, ClientKind, reads_field
from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.lists import contains_words
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Texts, Translatable
from kartoteka_crm_clients.fields import CONTACT
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.readable import read_names, readable, readable_of
from kartoteka_crm_clients.relations.fields import POSITION, POSITION_FIELDS, RELATION, RELATION_FIELDS
from kartoteka_crm_clients.relations.models import Position, Relation
from kartoteka_crm_clients.relations.rules import Validity, validity

_ = Texts("crm_clients")

MOST = 200
OFFERED = 12
_SHOWN = ("mobile", "phone", "email")
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


@dataclass(frozen=True)
class Party:
    """A person or an organisation as pages show it; the ``name`` is empty when the reader may not see it."""

    ref: RecordRef
    name: str = ""
    phone: str = ""
    dialled: str = ""
    email: str = ""
    about: str = ""

    @property
    def url(self) -> str:
        """The address of its page, empty when the reader may not see it."""
        if not self.name:
            return ""
        return f"/clients/{self.ref.id}" if self.ref.kind == CLIENT_KIND else f"/crm_clients/contacts/{self.ref.id}"


@dataclass(frozen=True)
class Held:
    """A position with the one on the other side of it: on a company's card the person, on a person's the company."""

    position: Position
    other: Party
    role: Translatable
    validity: Validity


@dataclass(frozen=True)
class Related:
    """A relation as one of its two sides sees it: what the other side is."""

    relation: Relation
    other: Party
    title: Translatable


_COMPANY, _PERSON, _ROLE = aliased(Client), aliased(Client), aliased(DirectoryEntry)
_POSITIONS = (
    select(Position, _COMPANY, _PERSON, _ROLE)
    .select_from(Position)
    .join(_COMPANY, _COMPANY.id == Position.client_id)
    .outerjoin(_PERSON, _PERSON.id == Position.person_id)
    .outerjoin(_ROLE, _ROLE.id == Position.role_id)
    .order_by(Position.id)
)
_FIRST, _SECOND = aliased(Client), aliased(Client)
_KIND, _REVERSE = aliased(DirectoryEntry), aliased(DirectoryEntry)
_RELATIONS = (
    select(Relation, _FIRST, _SECOND, _KIND, _REVERSE)
    .select_from(Relation)
    .join(_FIRST, _FIRST.id == Relation.client_id)
    .join(_SECOND, _SECOND.id == Relation.related_id)
    .outerjoin(_KIND, _KIND.id == Relation.kind_id)
    .outerjoin(_REVERSE, _REVERSE.id == Relation.reverse_id)
    .order_by(Relation.id)
)


def positions_around(session: Session, client_id: int, today: date) -> tuple[list[Held], list[Held]]:
    """Return the people with a position at a client, and the client's own positions at companies; two statements.

    Those who may sign come first, ended ones last.
    """
    sides = or_(Position.client_id == client_id, Position.person_id == client_id)
    found = _held(session, sides, today, lambda row: row.client_id == client_id)
    at_client = [one for one in found if one.position.client_id == client_id]
    return at_client, [one for one in found if one.position.client_id != client_id]


def positions_of_contact(session: Session, contact_id: int, today: date) -> list[Held]:
    """Return what a contact is at companies; one statement."""
    return _held(session, Position.contact_id == contact_id, today, lambda _row: False)


def _held(
    session: Session, condition: ColumnElement[bool], today: date, is_company: Callable[[Position], bool]
) -> list[Held]:
    """Return positions; the other one is the person where the page is about the company."""
    rows = session.execute(_POSITIONS.where(condition, Position.state == RecordState.ACTIVE).limit(MOST)).all()
    contacts = _contacts(session, [row for row, *_rest in rows if is_company(row)])
    found = []
    for row, company, person, role in rows:
        at = RecordRef(CLIENT_KIND, company.id)
        other = _person(session, row, person, contacts) if is_company(row) else _party(session, at, company)
        shown = readable_of(session, POSITION_FIELDS, [row])[0]
        found.append(Held(shown, other, _title(role), validity(row.since, row.until, today)))
    order = {Validity.HELD: 0, Validity.COMING: 1, Validity.ENDED: 2}
    return sorted(found, key=lambda one: (order[one.validity], not one.position.is_signatory, one.position.id))


def _contacts(session: Session, rows: Sequence[Position]) -> Mapping[int, Contact]:
    ids = sorted({row.contact_id for row in rows if row.contact_id})
    found = session.scalars(select(Contact).where(Contact.id.in_(ids), Contact.state.in_(_LIVING))) if ids else ()
    return {one.id: one for one in readable(session, found)}


def _person(session: Session, row: Position, person: Client | None, contacts: Mapping[int, Contact]) -> Party:
    ref = RecordRef(CONTACT, row.contact_id) if row.contact_id else RecordRef(CLIENT_KIND, row.person_id or 0)
    record = contacts.get(row.contact_id) if row.contact_id else person
    return Party(ref) if record is None else _party(session, ref, record)


def relations_of(session: Session, client_id: int, *, most: int = MOST) -> list[Related]:
    """Return the organisations related to a client, whichever side they stand on; one statement.

    Relations to clients that the reader may not see, or that are in the bin, are left out.
    """
    sides = or_(Relation.client_id == client_id, Relation.related_id == client_id)
    living = (_FIRST.state.in_(_LIVING), _SECOND.state.in_(_LIVING))
    rows = session.execute(_RELATIONS.where(sides, Relation.state == RecordState.ACTIVE, *living).limit(most))
    found = []
    for row, first, second, kind, reverse in rows:
        other, entry = (second, kind) if row.client_id == client_id else (first, reverse)
        shown = readable_of(session, RELATION_FIELDS, [row])[0]
        found.append(Related(shown, _party(session, RecordRef(CLIENT_KIND, other.id), other), _title(entry)))
    return found


def _title(entry: DirectoryEntry | None) -> Translatable:
    return "" if entry is None else EntryTitle(entry.name, dict(entry.titles))


def parties_of(session: Session, refs: Sequence[RecordRef]) -> dict[RecordRef, Party]:
    """Return people and organisations as far as the reader may see them; a statement for each kind."""
    found = {ref: Party(ref) for ref in refs}
    for kind, model in ((CLIENT_KIND, Client), (CONTACT, Contact)):
        ids = sorted({ref.id for ref in refs if ref.kind == kind})
        rows = session.scalars(select(model).where(model.id.in_(ids), model.state.in_(_LIVING))).all() if ids else ()
        found |= {RecordRef(kind, row.id): _party(session, RecordRef(kind, row.id), row) for row in rows}
    return found


def _party(session: Session, ref: RecordRef, row: Any) -> Party:
    """Return how a client or a contact is shown, without what the reader may not read of it (CORE-05)."""
    if ref.kind == CLIENT_KIND:
        reads = frozenset(name for name in _SHOWN if reads_field(name, session))
    else:
        reads = read_names(Contact, session)
    ways = [(row.mobile, row.mobile_e164)] if row.mobile and "mobile" in reads else []
    ways += [(row.phone, row.phone_e164)] if "phone" in reads else []
    typed, dialled = next(iter(ways), ("", ""))
    about = row.job_title if ref.kind == CONTACT and "job_title" in reads else ""
    about = row.number if ref.kind == CLIENT_KIND else about
    return Party(ref, row.name, typed, dialled, row.email_norm if "email" in reads else "", about)


def count_related(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of positions and relations of a client, whichever side it stands on."""
    positions = select(func.count(Position.id)).where(
        Position.state == RecordState.ACTIVE, or_(Position.client_id == record_id, Position.person_id == record_id)
    )
    relations = (
        select(func.count(Relation.id))
        .select_from(Relation)
        .join(_FIRST, and_(_FIRST.id == Relation.client_id, _lives(_FIRST)))
        .join(_SECOND, and_(_SECOND.id == Relation.related_id, _lives(_SECOND)))
        .where(
            Relation.state == RecordState.ACTIVE,
            or_(Relation.client_id == record_id, Relation.related_id == record_id),
        )
    )
    return select(positions.scalar_subquery() + relations.scalar_subquery()).scalar_subquery()


def _lives(client: type[Client]) -> ColumnElement[bool]:
    # Not with IN, for which SQLAlchemy writes a statement out again whenever it is asked: every card asks.
    return or_(*(client.state == state for state in _LIVING))


def find_clients(session: Session, typed: str, *, but: int, kind: ClientKind | None = None) -> list[Party]:
    """Return the first clients whose name has the words, or whose number it is; ``but`` is left out."""
    if not typed.strip():
        return []
    chosen = select(Client).where(
        Client.state == RecordState.ACTIVE,
        Client.id != but,
        or_(contains_words(Client.name_sort, typed), Client.number == typed.strip()),
    )
    if kind is not None:
        chosen = chosen.where(Client.kind == kind)
    rows = session.scalars(chosen.order_by(Client.name_sort, Client.id).limit(OFFERED))
    return [_party(session, RecordRef(CLIENT_KIND, row.id), row) for row in rows]


def find_contacts(session: Session, typed: str) -> list[tuple[Party, str]]:
    """Return the first contacts whose name has the words, each with the name of its client."""
    if not typed.strip():
        return []
    chosen = (
        select(Contact, Client.name)
        .join(Client, Client.id == Contact.client_id)
        .where(Contact.state == RecordState.ACTIVE, contains_words(Contact.name_sort, typed))
        .order_by(Contact.name_sort, Contact.id)
        .limit(OFFERED)
    )
    return [(_party(session, RecordRef(CONTACT, row.id), row), name) for row, name in session.execute(chosen)]


def summarise_positions(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return who is what, for each position that the user sees; two statements."""
    rows = session.execute(_POSITIONS.where(Position.id.in_(ids))).all()
    contacts = _contacts(session, [row for row, *_rest in rows])
    return {
        row.id: RecordSummary(
            RecordRef(POSITION, row.id),
            title=_person(session, row, person, contacts).name or str(_("Somebody you may not see")),
            subtitle=str(_title(role)),
            url=position_url(row.id),
            state=row.state,
        )
        for row, _company, person, role in rows
    }


def summarise_relations(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the related client of each relation both sides of which the user sees; one statement."""
    rows = session.execute(_RELATIONS.where(Relation.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(RELATION, row.id),
            title=second.name,
            subtitle=str(_title(kind)),
            url=relation_url(row.id),
            state=row.state,
        )
        for row, _first, second, kind, _reverse in rows
    }


def position_url(id: int) -> str:
    """Return the address of a position."""
    return f"/crm_clients/positions/{id}"


def relation_url(id: int) -> str:
    """Return the address of a relation."""
    return f"/crm_clients/relations/{id}"
