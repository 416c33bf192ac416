"""The files that registers publish, each turned into companies; names of people in them are never read.

Formats: LT JAR_IREGISTRUOTI.csv, EE ettevotja_rekvisiidid__lihtandmed.csv, LV register.csv, UA EDR as XML or JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts, clean_line, fold
from kartoteka_crm_clients.registers.reading import Bounded, Record, table_rows
from kartoteka_crm_clients.registers.records import json_records, xml_records
from kartoteka_crm_clients.registers.rules import LENGTHS, Company, Status

_ = Texts("crm_clients")

Values = Mapping[str, str]


class Unread(NamedTuple):
    """A record that can't be kept: where it stands, which field is at fault, and why (a name of `PROBLEMS`)."""

    number: int
    field: str
    why: str


PROBLEMS = {
    "columns": _("The number of values differs from the titles."),
    "encoding": _("Signs that are not UTF-8."),
    "code": _("No registration code."),
    "name": _("No name."),
    "twice": _("This code stands in the file twice; the first line counts."),
}


@dataclass(frozen=True)
class Register:
    """How a country's file is read: its records, and what a record says; None for one of a natural person."""

    records: Callable[[Bounded], Iterator[Record]]
    company: Callable[[Values], Company | None]
    code: str
    name: str


def companies_of(country: str, stream: Bounded) -> Iterator[tuple[int, Company | Unread | None]]:
    """Yield each record of a register's file by its number; None stands for natural persons, who are left out."""
    register = REGISTERS[country]
    for record in register.records(stream):
        yield record.number, _read(register, record)


def _read(register: Register, record: Record) -> Company | Unread | None:
    if record.problem:
        return Unread(record.number, "", record.problem)
    company = register.company(record.values)
    if company is None:
        return None
    if not company.code or len(company.code) > LENGTHS["code"]:
        return Unread(record.number, register.code, "code")
    return company if company.name else Unread(record.number, register.name, "name")


def _cut(name: str, value: str | None) -> str:
    return clean_line(value)[: LENGTHS[name]].rstrip()


def _company(code: str, **texts: str | date | None) -> Company:
    kept = {name: _cut(name, str(value or "")) for name, value in texts.items() if name in LENGTHS}
    registered = texts.get("registered_on")
    return Company(
        code="".join(code.split()),
        status=str(texts.get("status") or Status.ACTIVE),
        registered_on=registered if isinstance(registered, date) else None,
        **kept,
    )


_DAY = re.compile(r"\s*(?:(\d{4})-(\d{2})-(\d{2})|(\d{2})\.(\d{2})\.(\d{4}))", re.ASCII)


def _day(text: str | None) -> date | None:
    parts = _DAY.match(text or "")
    if parts is None:
        return None
    year, month, day = parts.group(1, 2, 3) if parts[1] else parts.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_STATES = (
    (Status.REMOVED, ("isregistruot", "припинено", "скасовано", "kustutatud", "likvidets", "likviduot", "slegts")),
    (Status.BANKRUPT, ("bankrut", "банкрут", "pankrot", "maksatnespej")),
    (Status.RESTRUCTURING, ("restrukt", "saneer", "санаці")),
    (Status.LIQUIDATION, ("likvid", "припинен", "ліквід")),
)


@lru_cache(maxsize=500)
def status_of(text: str) -> str:
    """Return what the words of a register mean."""
    words = fold(text)
    return next((status for status, signs in _STATES if any(sign in words for sign in signs)), Status.ACTIVE)


# --- Lithuania -------------------------------------------------------------------------------------------------------

_LT_POSTCODE = re.compile(r",?\s*(LT-?\d{5})\s*$", re.IGNORECASE)


def _lithuanian(row: Values) -> Company:
    said = row["stat_pavadinimas"]
    address = row["adresas"]
    postcode = _LT_POSTCODE.search(address)
    place, _comma, street = _LT_POSTCODE.sub("", address).partition(",")
    region = ""
    if "sav" in place.split()[-1:] or place.rstrip(". ").endswith("sav"):
        region, (place, _comma, street) = place, street.strip().partition(",")
    return _company(
        row["ja_kodas"],
        name=row["ja_pavadinimas"],
        legal_form=row["form_pavadinimas"],
        status=status_of(said),
        status_text="" if row.get("stat_kodas", "").strip() == "0" else said,
        street=street,
        city=place,
        region=region,
        postcode=postcode[1] if postcode else "",
        registered_on=_day(row["ja_reg_data"]),
    )


# --- Estonia ---------------------------------------------------------------------------------------------------------

_EE_STATES = {"R": Status.ACTIVE, "L": Status.LIQUIDATION, "N": Status.BANKRUPT, "K": Status.REMOVED}
_EE_PERSON = "fuusilisest isikust"


def _estonian(row: Values) -> Company | None:
    form = row["ettevotja_oiguslik_vorm"]
    if _EE_PERSON in fold(form):
        return None
    status = _EE_STATES.get(row["ettevotja_staatus"].strip().upper(), Status.ACTIVE)
    place = [part.strip() for part in row["asukoha_ehak_tekstina"].split(",") if part.strip()]
    return _company(
        row["ariregistri_kood"],
        name=row["nimi"],
        legal_form=form,
        vat_code=row["kmkr_nr"].upper(),
        status=status,
        status_text="" if status == Status.ACTIVE else row["ettevotja_staatus_tekstina"],
        street=row["asukoht_ettevotja_aadressis"] or row["ettevotja_aadress"],
        city=place[0].removesuffix(" linn") if place else "",
        region=place[-1] if len(place) > 1 else "",
        postcode=row["indeks_ettevotja_aadressis"],
        registered_on=_day(row["ettevotja_esmakande_kpv"]),
    )


# --- Latvia ----------------------------------------------------------------------------------------------------------


def _latvian(row: Values) -> Company:
    ended = row["terminated"].strip() or row["closed"].strip()
    city, _comma, street = row["address"].partition(",")
    index = row["index"].strip()
    said = row.get("closed", "").strip()
    return _company(
        row["regcode"],
        name=row["name"],
        legal_form=row["type_text"],
        status=Status.REMOVED if ended else Status.ACTIVE,
        status_text=" ".join(filter(None, (said, row["terminated"].strip()))) if ended else "",
        street=street,
        city=city,
        postcode=f"LV-{index}" if index.isdigit() and len(index) == 4 else index,
        registered_on=_day(row["registered"]),
    )


# --- Ukraine ---------------------------------------------------------------------------------------------------------

_UA_COUNTRY = re.compile(r"^\s*Україна\s*,\s*", re.IGNORECASE)
_UA_POSTCODE = re.compile(r"^\s*(\d{5})\s*(?:,|$)\s*")
_UA_CITY = re.compile(r"^(?:місто|м\.|селище міського типу|смт|селище|село|с\.)\s*(.+)$", re.IGNORECASE)
_UA_PERSON_CODE = 10


def _ukrainian(row: Values) -> Company | None:
    code = row.get("EDRPOU", "").strip()
    if len(code) == _UA_PERSON_CODE:
        return None
    said = row.get("STAN", "")
    street, city, region, postcode = _ukrainian_address(row.get("ADDRESS", ""))
    registered = row.get("REGISTRATION", "").partition(";")[0]
    return _company(
        code.zfill(8) if code.isdigit() else code,
        name=row.get("NAME") or row.get("SHORT_NAME") or "",
        legal_form=row.get("OPF", ""),
        status=status_of(said),
        status_text="" if status_of(said) == Status.ACTIVE else said,
        street=street,
        city=city,
        region=region,
        postcode=postcode,
        registered_on=_day(registered),
    )


def _ukrainian_address(text: str) -> tuple[str, str, str, str]:
    rest = _UA_COUNTRY.sub("", text)
    postcode = _UA_POSTCODE.match(rest)
    parts = [part.strip() for part in _UA_POSTCODE.sub("", rest).split(",") if part.strip()]
    region = city = ""
    if parts and "обл" in parts[0].lower():
        region = parts.pop(0)
    place = next((index for index, part in enumerate(parts[:3]) if _UA_CITY.match(part)), None)
    if place is not None:
        city = _UA_CITY.sub(r"\1", parts[place])
        region = region or ", ".join(parts[:place])
        parts = parts[place + 1 :]
    return ", ".join(parts), city, region, postcode[1] if postcode else ""


def _xml_or_json(stream: Bounded) -> Iterator[Record]:
    sign = stream.first_sign()
    if sign in (b"[", b"{"):
        return json_records(stream)
    if sign == b"<":
        return xml_records(stream)
    raise InvalidInput({"file": _("This is neither XML nor JSON. Take the file as the register publishes it.")})


_LT = ("ja_kodas", "ja_pavadinimas", "adresas", "ja_reg_data", "form_pavadinimas", "stat_pavadinimas")
_EE = (
    "nimi",
    "ariregistri_kood",
    "ettevotja_oiguslik_vorm",
    "kmkr_nr",
    "ettevotja_staatus",
    "ettevotja_staatus_tekstina",
    "ettevotja_esmakande_kpv",
    "ettevotja_aadress",
    "asukoht_ettevotja_aadressis",
    "asukoha_ehak_tekstina",
    "indeks_ettevotja_aadressis",
)
_LV = ("regcode", "name", "type_text", "registered", "terminated", "closed", "address", "index")
REGISTERS: Mapping[str, Register] = {
    "LT": Register(lambda stream: table_rows(stream, "|", _LT), _lithuanian, "ja_kodas", "ja_pavadinimas"),
    "EE": Register(lambda stream: table_rows(stream, ";", _EE), _estonian, "ariregistri_kood", "nimi"),
    "LV": Register(lambda stream: table_rows(stream, ";", _LV), _latvian, "regcode", "name"),
    "UA": Register(_xml_or_json, _ukrainian, "EDRPOU", "NAME"),
}
