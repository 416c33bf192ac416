"""Invents clients: the same ones for the same number, whatever the day."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from kartoteka.builtin.clients.demo.words import ACTIVITIES, COUNTRIES, NOTES, Country
from kartoteka.vocabulary import identifiers
from kartoteka.vocabulary.text import fold

SEED = 20240229
_PERSON_SHARE = 0.15
_MONTHS_BACK = 18
_CYRILLIC = "а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh"
_MORE_CYRILLIC = "ц=ts ч=ch ш=sh щ=shch ю=iu я=ia"
_LATIN = str.maketrans(dict(pair.split("=") for pair in f"{_CYRILLIC} {_MORE_CYRILLIC}".split()))


def invent_clients(count: int, today: date) -> Iterator[dict[str, Any]]:
    """Yield the values of ``count`` clients as a clerk would have typed them, registered in the last 18 months.

    Every twentieth client of the first hundreds is a planted duplicate of an earlier one.
    """
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    earlier: list[dict[str, Any]] = []
    for number in range(count):
        is_copy = number % 20 == 19 and len(earlier) > 10
        client = _respelled(chance.choice(earlier), chance) if is_copy else _invented(number, chance, today)
        earlier.append(client)
        if len(earlier) > 400:
            del earlier[:200]
        yield {**client, "registered_on": _day_back(number, count, today)}


def new_mobile(country: str, chance: random.Random) -> str:
    """Return a mobile number of that country."""
    return _number(next(each.mobile for each in COUNTRIES if each.code == country), chance)


def _day_back(number: int, count: int, today: date) -> date:
    """Spread the clients evenly over the months, the last one today."""
    return today - timedelta(days=round((count - 1 - number) / max(count - 1, 1) * _MONTHS_BACK * 30.4))


def _invented(number: int, chance: random.Random, today: date) -> dict[str, Any]:
    country = chance.choices(COUNTRIES, [each.share for each in COUNTRIES])[0]
    invent = _person if chance.random() < _PERSON_SHARE else _company
    client = {**invent(number, country, chance, today), "country": country.code}
    client["relationship"] = "existing" if chance.random() < 0.7 else "potential"
    client["importance"] = chance.choices(("a", "b", "c", ""), (10, 25, 45, 20))[0]
    client["client_kind"] = chance.choices(("regular", "key", "occasional", ""), (45, 10, 30, 15))[0]
    client["notes"] = chance.choice(NOTES) if chance.random() < 0.3 else ""
    return client


def _company(number: int, country: Country, chance: random.Random, today: date) -> dict[str, Any]:
    name = " ".join(filter(None, (chance.choice(country.stems), chance.choice(country.lines))))
    if number >= 300:
        name = f"{name} {number}"
    code = _code(country.code, number, chance)
    host = f"{_latin(name)}.{country.domain}"
    return {
        "kind": "company",
        "company_name": country.company.format(form=chance.choice(country.forms), name=name),
        "registration_code": code if chance.random() < 0.95 else "",
        "vat_code": _vat_code(country.code, number, chance) if chance.random() < 0.6 else "",
        "phone": _number(country.phone, chance),
        "mobile": _number(country.mobile, chance) if chance.random() < 0.5 else "",
        "email": f"{chance.choice(('info', 'office', 'sales'))}@{host}",
        "website": f"www.{host}" if chance.random() < 0.7 else "",
        "bank_account": _iban(country.code, chance) if chance.random() < 0.5 else "",
        "activity": chance.choice(ACTIVITIES),
    }


def _person(number: int, country: Country, chance: random.Random, today: date) -> dict[str, Any]:
    is_woman = chance.random() < 0.5
    first_name, surname = chance.choice(country.women if is_woman else country.men)
    return {
        "kind": "person",
        "first_name": first_name,
        "surname": surname,
        "sex": "female" if is_woman else "male",
        "birth_date": _birth_date(number, chance, today),
        "mobile": _number(country.mobile, chance),
        "email": f"{_latin(first_name)}.{_latin(surname)}{number}@example.com",
    }


def _birth_date(number: int, chance: random.Random, today: date) -> date:
    """Return a birth date; for every fifth person in the coming two weeks, so that there is one to greet."""
    born = date(chance.randrange(1955, 2002), 1, 1) + timedelta(days=chance.randrange(365))
    if number % 5:
        return born
    near = today + timedelta(days=number % 15)
    return date(born.year, near.month, min(near.day, 28))


def _respelled(client: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the client as a colleague entered it a second time: another spelling, fewer details."""
    kept = dict(client)
    if client["kind"] == "company":
        name = re.sub(r"[„“«»\"]", "", client["company_name"])
        kept["company_name"] = name.upper() if chance.random() < 0.5 else " ".join(reversed(name.split(" ", 1)))
        kept["registration_code"] = kept["vat_code"] = ""
    kept["notes"] = ""
    kept["relationship"] = "potential"
    return kept


def _number(pattern: str, chance: random.Random) -> str:
    return re.sub("#", lambda _: str(chance.randrange(10)), pattern)


def _latin(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(name).translate(_LATIN))[:40] or "client"


def _code(country: str, number: int, chance: random.Random) -> str:
    shapes = {
        "LT": f"30{number % 1_000_000:06}#",
        "EE": f"1{number % 1_000_000:06}#",
        "LV": f"4000{number % 1_000_000:06}#",
        "UA": f"3{number % 1_000_000:06}#",
    }
    return _with_check_digit(shapes[country], lambda code: identifiers.company_code(code, country).problem is None)


def _vat_code(country: str, number: int, chance: random.Random) -> str:
    shapes = {
        "LT": f"LT10{number % 100_000:05}1#",
        "EE": f"EE10{number % 1_000_000:06}#",
        "LV": f"LV4000{number % 1_000_000:06}#",
        "UA": f"3{number % 1_000_000:06}26###",
    }
    return _with_check_digit(shapes[country], lambda code: identifiers.vat_code(code, country).problem is None)


def _iban(country: str, chance: random.Random) -> str:
    lengths = {"LT": 16, "EE": 16, "LV": 17, "UA": 25}
    digits = "".join(str(chance.randrange(10)) for _ in range(lengths[country]))
    account = f"HABA{digits[4:]}" if country == "LV" else digits
    numeric = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(numeric) % 97:02}{account}"


def _with_check_digit(shape: str, fits: Callable[[str], bool]) -> str:
    """Return the shape with its # filled by the first digits that pass; "" when none does (some codes have none)."""
    places = shape.count("#")
    for digits in range(10**places):
        code = shape.replace("#" * places, f"{digits:0{places}}")
        if fits(code):
            return code
    return ""
