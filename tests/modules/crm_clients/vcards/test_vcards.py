"""vCards: cards of several versions become contacts, hostile ones are told by line, contacts are given out again."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.vcards.reading import MOST_CARDS, read_cards
from kartoteka_crm_clients.vcards.rules import contact_values, write_card

SHARED = Path(__file__).resolve().parents[5] / "shared/data/05_ical_vcard"
SEVERAL = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Žukauskienė;Ona;;;\r\nFN:Ona Žukauskienė\r\nTITLE:Head of sales\\, exports\r\n"
    "TEL;TYPE=fax:+370 5 111 1111\r\nTEL;TYPE=work,voice:+370 5 222 2222\r\nTEL;TYPE=cell,pref:8 612 34567\r\n"
    "EMAIL:second@example.lt\r\nEMAIL;TYPE=pref:ona@example.lt\r\nBDAY:1980-02-29\r\nNOTE:Long\r\n  line\\nand more\r\n"
    "END:VCARD\r\n"
    'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jonas Petraitis\r\nTEL;VALUE=uri;TYPE="cell":tel:+37061299999;ext=1\r\n'
    "EMAIL;PREF=1:jonas@example.lt\r\nBDAY:--0203\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=A0imk=\n=C5=ABt=C4=97;R=C5=ABta\n"
    "TEL;CELL;VOICE:+37061288888\nEND:VCARD\n"
).encode()


def cards(content: bytes) -> list[dict[str, Any]]:
    return [contact_values(card) for card in read_cards(content)[0]]


def contacts(house: Any, client_id: int) -> list[Contact]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Contact).where(Contact.client_id == client_id).order_by(Contact.id)))


def look(house: Any, client_id: int, content: bytes) -> Any:
    data = {"file": (BytesIO(content), "people.vcf")}
    path = f"/crm_clients/clients/{client_id}/vcards"
    return house.browser.post(path, data=data, content_type="multipart/form-data")


def kept_text(page: str) -> str:
    found = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found.group(1))


def test_cards_of_all_versions_are_read() -> None:
    ona, jonas, ruta = cards(SEVERAL)
    assert (ona["first_name"], ona["surname"], ona["job_title"]) == ("Ona", "Žukauskienė", "Head of sales, exports")
    assert (ona["phone"], ona["mobile"], ona["email"]) == ("+370 5 222 2222", "8 612 34567", "ona@example.lt")
    assert (ona["birthday"], ona["notes"]) == (date(1980, 2, 29), "Long line\nand more")
    assert (jonas["first_name"], jonas["surname"], jonas["mobile"]) == ("Jonas", "Petraitis", "+37061299999")
    assert (jonas["email"], jonas["birthday"]) == ("jonas@example.lt", None)
    assert (ruta["first_name"], ruta["surname"], ruta["mobile"]) == ("Rūta", "Šimkūtė", "+37061288888")


@pytest.mark.catalogue("X-20")
def test_a_file_is_looked_at_duplicates_are_marked_and_the_chosen_ones_added(house: Any) -> None:
    client_id = house.client()
    house.contact(client_id, first_name="Jonas", surname="Kitas", email="jonas@example.lt")
    page = look(house, client_id, SEVERAL)
    assert page.status_code == 200
    assert "Here already" in page.text
    assert len(contacts(house, client_id)) == 1, "looking saves nothing"
    boxes = re.findall(r'<input[^>]*name="card"[^>]*>', page.text)
    assert ["checked" in one for one in boxes] == [True, False, True]
    answer = house.browser.post(
        f"/crm_clients/clients/{client_id}/vcards/take", data={"text": kept_text(page.text), "card": ["0", "2"]}
    )
    assert answer.status_code == 302
    added = contacts(house, client_id)[1:]
    assert [one.surname for one in added] == ["Žukauskienė", "Šimkūtė"]
    assert (added[0].mobile_e164, added[0].notes) == ("+37061234567", "Long line\nand more")


@pytest.mark.catalogue("X-20")
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_contacts_are_given_out_and_come_back_the_same(house: Any, version: str) -> None:
    client_id = house.client("UAB Žuvys; ir, ko")
    known = {"first_name": "Ona", "surname": "Ąžuolė", "job_title": "Boss; chief", "notes": "One\nTwo, three"}
    contact_id = house.contact(client_id, **known, email="ona@example.lt", birthday=date(1980, 2, 29))
    house.contact(client_id, surname="Kitas")
    one = house.browser.post(f"/crm_clients/contacts/{contact_id}/vcard", data={"version": version})
    assert one.mimetype == "text/vcard"
    (card,) = cards(one.data)
    assert {name: card[name] for name in known} == known
    assert (card["email"], card["birthday"]) == ("ona@example.lt", date(1980, 2, 29))
    assert f"VERSION:{version}" in one.text
    assert all(len(line) <= 75 for line in one.data.split(b"\r\n"))
    every = house.browser.post(f"/crm_clients/clients/{client_id}/vcards/give")
    assert len(cards(every.data)) == 2


@pytest.mark.catalogue("X-20")
def test_contacts_of_a_list_of_clients_are_given_out_to_who_may_export(house: Any) -> None:
    first, second = house.client("UAB A"), house.client("UAB B")
    for client_id in (first, second):
        house.contact(client_id, surname=f"Person{client_id}")
    path = f"/crm_clients/vcards?id={first}&id={second}"
    assert house.browser.get(path).status_code == 403
    rights = ["clients.view", "clients.export", "crm_clients.view"]
    exporter = house.company.browser(house.company.add_user(permissions=rights, reach="all", login="exporter"))
    assert "2 contacts go" in exporter.get(path).text
    assert len(cards(exporter.post("/crm_clients/vcards", data={"id": [first, second]}).data)) == 2
    leads = exporter.get(f"/actions/crm_clients/vcards?id={first}&id={second}")
    assert leads.location.startswith("/crm_clients/vcards?id=")


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"Hello\n", 1, "outside of any card"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:A\n", 1, "no end"),
        (b"BEGIN:VCARD\nVERSION:9.0\nFN:A\nEND:VCARD\n", 1, "no version"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nnonsense\nEND:VCARD\n", 4, "no property"),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:\xff\xfe\xfa\nEND:VCARD\n", 3, "character set"),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=rot13:A\nEND:VCARD\n", 3, "character set"),
        (b"BEGIN:VCARD\nVERSION:3.0\nNOTE:" + b"x" * 30_000 + b"\nEND:VCARD\n", 3, "too long"),
        (b"", 1, "no card"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(content: bytes, line: int, said: str) -> None:
    _cards, troubles = read_cards(content)
    assert (troubles[0].line, said in str(troubles[0].message)) == (line, True)


def test_files_without_end_end_somewhere() -> None:
    many = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n" * (MOST_CARDS + 50)
    found, troubles = read_cards(many)
    assert len(found) == MOST_CARDS
    assert "Only the first" in str(troubles[-1].message)
    nested, _troubles = read_cards(b"BEGIN:VCARD\n" * 10_000)
    assert nested == []
    assert read_cards(b"x" * 6_000_000)[0] == []
    assert read_cards(b"BEGIN:VCARD\n" + b" " * 100_000 + b"\nVERSION:3.0\nEND:VCARD")[0]


def test_a_card_without_anything_is_shown_with_what_is_wrong(house: Any) -> None:
    page = look(house, house.client(), b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n")
    assert "Enter the surname or the first name" in page.text
    assert "disabled" in page.text


def test_other_peoples_clients_are_not_there(house: Any) -> None:
    client_id = house.client(owner=house.other_id)
    contact_id = house.contact(client_id)
    assert house.browser.get(f"/crm_clients/clients/{client_id}/vcards").status_code == 404
    assert look(house, client_id, SEVERAL).status_code == 404
    for path in (
        f"contacts/{contact_id}/vcard",
        f"clients/{client_id}/vcards/give",
        f"clients/{client_id}/vcards/take",
    ):
        assert house.browser.post(f"/crm_clients/{path}").status_code == 404, path


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data/05_ical_vcard")
def test_cards_of_other_programs_are_read_or_told_about() -> None:
    files = sorted(SHARED.rglob("*.vcf"))
    assert files
    for file in files:
        found, troubles = read_cards(file.read_bytes())
        assert found or troubles, file.name
        for card in found:
            written = write_card(contact_values(card), "", "4.0").encode()
            again = contact_values(read_cards(written)[0][0])
            assert again["surname"] == contact_values(card)["surname"].strip()
