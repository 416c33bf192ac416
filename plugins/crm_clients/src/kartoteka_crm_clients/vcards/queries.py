"""Reads: contacts to give out, and those that a card may be about already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Message
from kartoteka_crm_clients.checking import check_contact
from kartoteka_crm_clients.models import Contact, dialled, normal_email
from kartoteka_crm_clients.readable import readable
from kartoteka_crm_clients.rules import name_order
from kartoteka_crm_clients.vcards.reading import Trouble, read_cards
from kartoteka_crm_clients.vcards.rules import contact_values, write_card

MOST_GIVEN = 5_000


@dataclass(frozen=True)
class Offered:
    """A card as the preview shows it: its values, what is wrong with them, and whom it may be about already."""

    line: int
    values: Mapping[str, Any]
    errors: Mapping[str, Message] = field(default_factory=dict)
    double: str = ""
    double_id: int = 0

    @property
    def name(self) -> str:
        """What the person is called."""
        return " ".join(filter(None, (self.values.get("first_name"), self.values.get("surname"))))

    @property
    def is_new(self) -> bool:
        """Whether it can be taken in and nobody like that is here yet."""
        return not self.errors and not self.double


def preview(session: Session, client: Client, content: bytes, today: Any) -> tuple[list[Offered], list[Trouble]]:
    """Return the cards of a file as contacts of a client, duplicates marked; one statement for all of them."""
    cards, troubles = read_cards(content)
    read = [(card.line, {**contact_values(card), "country": client.country}) for card in cards]
    known = _known(session, client, [values for _line, values in read])
    offered: list[Offered] = []
    seen: set[Any] = set()
    for line, values in read:
        found = check_contact(values, today=today)
        double = next((known[key] for key in _keys(values) if key in known), None)
        is_again = bool(seen & set(_keys(values)))
        seen |= set(_keys(values))
        title = double.name if double else (_whole(values) if is_again else "")
        offered.append(Offered(line, values, found.errors, title, double.id if double else 0))
    return offered, troubles


def _whole(values: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (values["first_name"], values["surname"])))


def _keys(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return by what two contacts are taken for the same: mail, phones, and the name within one client."""
    keys = [("email", normal_email(values["email"]))]
    keys += [("phone", dialled(values[name], values["country"])) for name in ("mobile", "phone")]
    keys.append(("name", name_order(values["first_name"], values["surname"])))
    return [key for key in keys if key[1]]


def _known(session: Session, client: Client, cards: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Contact]:
    keys = {key for values in cards for key in _keys(values)}
    emails, phones = ([text for kind, text in keys if kind == wanted] for wanted in ("email", "phone"))
    found = session.scalars(
        select(Contact).where(
            Contact.state == RecordState.ACTIVE,
            or_(
                Contact.client_id == client.id,
                Contact.email_norm.in_(emails),
                Contact.mobile_e164.in_(phones),
                Contact.phone_e164.in_(phones),
            ),
        )
    )
    known: dict[tuple[str, str], Contact] = {}
    for one in found:
        known |= {("email", one.email_norm): one} if one.email_norm else {}
        known |= {("phone", number): one for number in (one.mobile_e164, one.phone_e164) if number}
        known |= {("name", one.name_sort): one} if one.client_id == client.id and one.name_sort else {}
    return known


def cards_of(session: Session, client_ids: Sequence[int], contact_ids: Sequence[int], version: str) -> Iterator[str]:
    """Yield contacts as cards: those of clients, and single ones; what the reader may not read is left out of them."""
    rows = session.execute(
        select(Contact, Client.name)
        .join(Client, Client.id == Contact.client_id)
        .where(
            Contact.state == RecordState.ACTIVE,
            or_(Contact.client_id.in_(client_ids), Contact.id.in_(contact_ids)),
        )
        .order_by(Client.name_sort, Contact.name_sort, Contact.id)
        .limit(MOST_GIVEN)
    ).all()
    shown = readable(session, [contact for contact, _name in rows])
    names = ("first_name", "surname", "job_title", "phone", "mobile", "email", "birthday", "notes")
    for contact, (_contact, organisation) in zip(shown, rows, strict=True):
        yield write_card({name: getattr(contact, name) for name in names}, organisation, version)
