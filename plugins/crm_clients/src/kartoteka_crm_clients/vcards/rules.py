"""Contacts out of cards, and cards out of contacts, without any database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from kartoteka_crm_clients.vcards.reading import Card, Property

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?\Z", re.ASCII)
_LINE = 75


def contact_values(card: Card) -> dict[str, Any]:
    """Return what a card says of a contact, by field; a card without a name is called by its organisation."""
    first_name, surname = _name(card)
    phone, mobile = _phones(card.all("TEL"))
    titles = [*card.all("TITLE"), *card.all("ROLE")]
    emails = card.all("EMAIL")
    return {
        "first_name": first_name[:100],
        "surname": surname[:200],
        "job_title": titles[0].text()[:200] if titles else "",
        "phone": phone[:100],
        "mobile": mobile[:100],
        "email": emails[0].text().strip().removeprefix("mailto:")[:254] if emails else "",
        "birthday": _birthday(card.all("BDAY")),
        "notes": "\n".join(one.text() for one in card.all("NOTE"))[:5_000],
    }


def _name(card: Card) -> tuple[str, str]:
    for written in card.all("N"):
        surname, first_name = (*written.parts(), "", "")[:2]
        if surname.strip() or first_name.strip():
            return first_name.strip(), surname.strip()
    for written in [*card.all("FN"), *card.all("ORG")]:
        whole = written.parts()[0].strip() if written.name == "ORG" else written.text().strip()
        if whole:
            first_name, _space, surname = whole.rpartition(" ") if written.name == "FN" else ("", "", whole)
            return first_name, surname
    return "", ""


def _phones(numbers: Iterable[Property]) -> tuple[str, str]:
    phone = mobile = ""
    for one in numbers:
        number = re.sub(r"\Atel:", "", one.text().strip(), flags=re.IGNORECASE).partition(";")[0]
        if one.kinds & {"fax", "pager"}:
            continue
        if one.kinds & {"cell", "mobile"}:
            mobile = mobile or number
        else:
            phone = phone or number
    return phone, mobile


def _birthday(written: list[Property]) -> date | None:
    """Return the day; None for one without a year, which a contact cannot hold."""
    for one in written:
        found = _DAY.match(one.text().strip())
        if found:
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                continue
    return None


def write_card(contact: Mapping[str, Any], organisation: str, version: str) -> str:
    """Return a contact as a card of version 3.0 or 4.0, lines folded at 75 bytes; empty values are left out."""
    name = " ".join(filter(None, (contact.get("first_name"), contact.get("surname"))))
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"FN:{_escaped(name)}",
        f"N:{_escaped(contact.get('surname'))};{_escaped(contact.get('first_name'))};;;",
        *_optional(contact, organisation, version),
        "END:VCARD",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _optional(contact: Mapping[str, Any], organisation: str, version: str) -> Iterator[str]:
    birthday = contact.get("birthday")
    written = (
        ("ORG", organisation),
        ("TITLE", contact.get("job_title")),
        ("TEL;TYPE=work,voice" if version == "3.0" else 'TEL;TYPE="work,voice"', contact.get("phone")),
        ("TEL;TYPE=cell", contact.get("mobile")),
        ("EMAIL;TYPE=internet" if version == "3.0" else "EMAIL;TYPE=work", contact.get("email")),
        ("BDAY", birthday and birthday.strftime("%Y-%m-%d" if version == "3.0" else "%Y%m%d")),
        ("NOTE", contact.get("notes")),
    )
    return (f"{name}:{_escaped(value)}" for name, value in written if value)


def _escaped(value: Any) -> str:
    text = str(value or "").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return re.sub(r"\r\n|\r|\n", r"\\n", text)


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 bytes (RFC 6350, section 3.2); no letter is cut apart."""
    piece, length = "", 0
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if length + size > _LINE:
            yield piece
            piece, length = " ", 1
        piece += letter
        length += size
    yield piece
