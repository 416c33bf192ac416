"""The module's part of the demo company: contacts, their birthdays around today, and addresses."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import Places
from kartoteka_crm_clients.demo_words import COUNTRIES, DELIVERY_NOTES, ELSEWHERE, NOTES, Country
from kartoteka_crm_clients.models import Address, Contact

SEED = 19910311
NEAR_DAYS = 15
_CONTACT_ROLES = ("director", "accounting", "purchasing", "technical", "sales")
Row = dict[str, Any]


def add_demo_data(session: Session, size: int) -> None:
    """Give every client contacts and addresses; the same ones for the same clients, birthdays as of today."""
    today = utc_now().date()
    clients = session.execute(
        select(Client.id, Client.kind, Client.country, Client.domain, Client.first_name, Client.surname).order_by(
            Client.id
        )
    ).all()
    insert_rows(session, Contact, _contacts(clients, today))
    insert_rows(session, Address, _placed(session, _addresses(clients)))


def _contacts(clients: Any, today: date) -> Iterator[Row]:
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    number = 0
    for client in clients:
        if client.kind == ClientKind.PERSON:
            continue
        country = COUNTRIES.get(client.country, ELSEWHERE)
        people = chance.sample(country.people, k=chance.choices((1, 2, 3), (45, 35, 20))[0])
        for place, person in enumerate(people):
            number += 1
            yield _contact(client, country, person, _role(place, chance), number, chance, today)


def _role(place: int, chance: random.Random) -> str:
    return "director" if place == 0 and chance.random() < 0.8 else chance.choice(_CONTACT_ROLES[1:])


def _contact(
    client: Any,
    country: Country,
    person: tuple[str, str, str],
    role: str,
    number: int,
    chance: random.Random,
    today: date,
) -> Row:
    first_name, surname, mail_name = person
    return {
        "client_id": client.id,
        "first_name": first_name,
        "surname": surname,
        "role": role,
        "job_title": country.titles.get(role, ""),
        "country": client.country,
        "phone": _number(country.phone, chance) if chance.random() < 0.4 else "",
        "mobile": _number(country.mobile, chance) if chance.random() < 0.85 else "",
        "email": f"{mail_name}@{client.domain or 'example.com'}" if chance.random() < 0.8 else "",
        "birthday": _birthday(number, chance, today) if chance.random() < 0.6 else None,
        "notes": chance.choice(NOTES) if chance.random() < 0.15 else "",
    }


def _birthday(number: int, chance: random.Random, today: date) -> date:
    """Return a birthday; every eighth one around today, one of them on 29 February."""
    if number == 29:
        return date(1988, 2, 29)
    born = date(chance.randrange(1955, 2003), 1, 1) + timedelta(days=chance.randrange(365))
    if number % 8:
        return born
    near = today + timedelta(days=number // 8 % NEAR_DAYS - 1)
    return date(born.year, near.month, min(near.day, 28))


def _addresses(clients: Any) -> Iterator[Row]:
    chance = random.Random(SEED + 1)  # noqa: S311 - as above
    for client in clients:
        country = COUNTRIES.get(client.country, ELSEWHERE)
        kinds = ["postal"] if client.kind == ClientKind.PERSON else ["legal", *_more_kinds(chance)]
        for kind in kinds:
            yield _address(client, country, kind, chance)


def _placed(session: Session, addresses: Iterator[Row]) -> Iterator[Row]:
    """Yield the addresses with their places in the directories, as far as these know them."""
    known: dict[str, Places] = {}
    for address in addresses:
        country = address["country"]
        places = known.get(country) or known.setdefault(country, Places(session, country))
        place = places.locate({"city": address["city"]})
        yield {**address, "region": place.names.get("region", address["region"]), "place_id": place.id}


def _more_kinds(chance: random.Random) -> list[str]:
    shares = (("delivery", 0.4), ("invoice", 0.2), ("site", 0.2))
    return [kind for kind, share in shares if chance.random() < share]


def _address(client: Any, country: Country, kind: str, chance: random.Random) -> Row:
    city, postcode, region = chance.choice(country.places)
    return {
        "client_id": client.id,
        "kind": kind,
        "is_main": True,
        "country": client.country,
        "city": city,
        "postcode": postcode,
        "region": region,
        "street": chance.choice(country.streets).format(chance.randrange(1, 120)),
        "notes": chance.choice(DELIVERY_NOTES) if kind in ("delivery", "site") and chance.random() < 0.5 else "",
    }


def _number(pattern: str, chance: random.Random) -> str:
    return re.sub("#", lambda _sign: str(chance.randrange(10)), pattern)
