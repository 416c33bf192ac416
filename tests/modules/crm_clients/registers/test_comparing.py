"""Every night clients are compared with the registers; what differs is taken over by one click, or left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.records import RecordRef
from kartoteka.db.journal import Operation
from kartoteka.db.session import use_workplace
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.jobs import run_jobs
from kartoteka_crm_clients.models import Address
from kartoteka_crm_clients.registers import loading
from kartoteka_crm_clients.registers.comparing import ask_for_comparison
from kartoteka_crm_clients.registers.models import RegisterDifference
from kartoteka_crm_clients.registers.panels import load_company
from kartoteka_crm_clients.registers.rules import same_name, same_place
from tests.modules.crm_clients.conftest import RIGHTS, House
from tests.modules.crm_clients.registers.test_loading import AUTOHAUS, EE_TITLES

LIST = "/crm_clients/registers/differences/"


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> House:
    return House(company_on(request.param, modules=["crm_clients"]))


def load(house: House, tmp_path: Path, *rows: str, country: str = "EE") -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join((EE_TITLES, *rows, "")), encoding="utf-8-sig")
    with use_workplace(house.company.database, house.company.system):
        loading.load_file(country, path)
    run_jobs(house.company)


def compare(house: House) -> None:
    with house.company.database.transaction(house.company.system) as session:
        ask_for_comparison(session)
    run_jobs(house.company)


def autohaus(house: House, **values: Any) -> int:
    known = {"country": "EE", "registration_code": "11694365", "vat_code": "EE101335276", **values}
    client_id = house.client("OÜ 007 Autohaus", **known)
    house.address(client_id, kind="legal", street="Turu 34", city="Tartu", postcode="51004", country="EE")
    return client_id


def differences(house: House) -> dict[str, Any]:
    with house.company.database.reading(house.company.system) as session:
        return {one.what: one for one in session.scalars(select(RegisterDifference))}


def told(house: House) -> str:
    house.company.tokens.pop(house.user_id, None)
    return str(house.browser.get("/notifications/").text)


def decide(house: House, what: str, how: str) -> Any:
    return house.browser.post(f"{LIST}{differences(house)[what].id}/{how}", follow_redirects=True)


ENDING = AUTOHAUS.replace(";R;Registrisse kantud;", ";L;Likvideerimisel;")


@pytest.mark.catalogue("M-06")
def test_liquidation_and_a_removed_vat_code_are_told_and_marked(house: House, tmp_path: Path) -> None:
    client_id = autohaus(house)
    load(house, tmp_path, AUTOHAUS)
    assert differences(house) == {}
    assert "In liquidation" not in house.browser.get(f"/clients/{client_id}").text
    load(house, tmp_path, ENDING.replace("EE101335276", ""))
    assert {what: one.mark for what, one in differences(house).items()} == {
        "status": "liquidation",
        "vat_code": "withdrawn",
    }
    card = house.browser.get(f"/clients/{client_id}").text
    assert "In liquidation" in card
    page = told(house)
    assert "Company register: In liquidation" in page
    assert "Company register: VAT code removed" in page
    compare(house)
    assert told(house).count("Company register: In liquidation") == page.count("Company register: In liquidation")
    load(house, tmp_path, AUTOHAUS + "\n")
    assert {one.decision for one in differences(house).values()} == {"over"}
    assert "In liquidation" not in house.browser.get(f"/clients/{client_id}").text


def test_one_click_takes_over_and_undo_brings_back(house: House, tmp_path: Path) -> None:
    client_id = autohaus(house)
    renamed = AUTOHAUS.replace("007 Autohaus", "Kaheksa Autohaus").replace("Turu tn 34", "Kase tn 5")
    load(house, tmp_path, renamed.replace("EE101335276", "EE100931558"))
    assert set(differences(house)) == {"name", "address", "vat_code"}
    for what in ("name", "address", "vat_code"):
        assert "Taken over." in decide(house, what, "take").text, what
    with house.reading() as session:
        client = session.scalars(select(Client).where(Client.id == client_id)).one()
        address = session.scalars(select(Address).where(Address.client_id == client_id)).one()
    assert (client.company_name, client.vat_code) == ("Kaheksa Autohaus osaühing", "EE100931558")
    assert (address.street, address.city, address.region) == ("Kase tn 5", "Tartu", "Tartu maakond")
    compare(house)
    assert {one.decision for one in differences(house).values()} == {"taken"}
    assert "decided already" in decide(house, "name", "take").text


def test_the_change_is_undone_together_with_the_decision(house: House, tmp_path: Path) -> None:
    client_id = autohaus(house)
    load(house, tmp_path, AUTOHAUS.replace("007 Autohaus", "Kaheksa Autohaus"))
    decide(house, "name", "take")
    with house.company.database.reading(house.company.system) as session:
        operation = session.scalar(select(Operation.id).order_by(Operation.id.desc()).limit(1))
    house.browser.post(f"/operations/{operation}/undo")
    run_jobs(house.company)
    with house.reading() as session:
        assert session.scalar(select(Client.company_name).where(Client.id == client_id)) == "OÜ 007 Autohaus"
    assert differences(house)["name"].decision == "open"


def test_what_is_left_stays_left_until_the_register_says_something_else(house: House, tmp_path: Path) -> None:
    autohaus(house)
    load(house, tmp_path, AUTOHAUS.replace("007 Autohaus", "Kaheksa Autohaus"))
    assert "The card stays as it is." in decide(house, "name", "leave").text
    compare(house)
    assert differences(house)["name"].decision == "left"
    load(house, tmp_path, AUTOHAUS.replace("007 Autohaus", "Kümme Autohaus"))
    assert differences(house)["name"].decision == "open"
    assert differences(house)["name"].theirs == "Kümme Autohaus osaühing"


def test_spellings_are_no_differences(house: House, tmp_path: Path) -> None:
    autohaus(house)
    load(house, tmp_path, AUTOHAUS.replace("007 Autohaus osaühing", "007 AUTOHAUS OSAÜHING"))
    assert differences(house) == {}


def test_strangers_see_no_differences(house: House, tmp_path: Path) -> None:
    client_id = autohaus(house)
    load(house, tmp_path, ENDING)
    one = differences(house)["status"].id
    assert "007 Autohaus" in house.browser.get(LIST).text
    seller = house.company.add_user(permissions=RIGHTS, reach="own", login="jurga", name="Jurga")
    stranger = house.company.browser(seller)
    assert "007 Autohaus" not in stranger.get(LIST).text
    for path in (f"{LIST}{one}", f"/clients/{client_id}"):
        assert stranger.get(path).status_code == 404
    for how in ("take", "leave"):
        assert stranger.post(f"{LIST}{one}/{how}").status_code == 404
    assert differences(house)["status"].decision == "open"


def test_the_card_shows_what_the_register_says(house: House, tmp_path: Path) -> None:
    client_id = autohaus(house)
    load(house, tmp_path, ENDING)
    box = house.browser.get(f"/panels/crm_clients/register/clients.client/{client_id}")
    assert box.status_code in (200, 404)
    with house.reading() as session:
        shown = load_company(session, RecordRef("clients.client", client_id))
    assert shown is not None
    assert (shown["company"].legal_form, str(shown["warning"])) == ("Osaühing", "In liquidation")
    assert [one.what for one in shown["differences"]] == ["status"]


def test_names_and_places() -> None:
    assert same_name("UAB „Žuvėdra“", 'Uždaroji akcinė bendrovė "Žuvėdra"')
    assert not same_name("UAB Žuvėdra", "UAB Žuvėdra 2")
    theirs = "S. Stanevičiaus g. 95, LT-07114 Vilnius"
    assert same_place("Stanevičiaus gatvė 95 Vilnius", theirs)
    assert not same_place("Stanevičiaus g. 97 Vilnius", theirs)
    assert not same_place("Gedimino pr. 95 Kaunas", theirs)
