"""Three letters or a code suggest companies of registers and directories; choosing one fills the form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from kartoteka.db.session import use_workplace
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.registers import loading, queries
from kartoteka_crm_clients.registers.made_up import write_register
from kartoteka_crm_clients.registers.rules import name_keys, typed_code, typed_key
from tests.modules.crm_clients.conftest import House

FRAGMENT = {"HX-Request": "true"}
SUGGEST = "/clients/directory/suggest"


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any], tmp_path: Path) -> House:
    return filled(House(company_on(request.param, modules=["crm_clients"])), tmp_path)


def filled(found: House, tmp_path: Path) -> House:
    for country in ("LT", "EE", "LV", "UA"):
        path = tmp_path / f"{country}.{'xml' if country == 'UA' else 'csv'}"
        write_register(country, path, 120)
        with use_workplace(found.company.database, found.company.system):
            loading.load_file(country, path)
    return found


def suggest(house: House, typed: str, country: str = "LT") -> list[tuple[str, str]]:
    with house.reading() as session:
        return [(row.country, row.code) for row in queries.suggest(session, typed, country)]


@pytest.mark.catalogue("M-06")
def test_three_letters_find_by_any_word_of_the_name(house: House) -> None:
    assert suggest(house, "gin")[0] == ("LT", "300000322")
    assert suggest(house, "UAB „Gintaro stogai“")[0] == ("LT", "300000182")
    assert suggest(house, "uksed") == [], "the 20th second word is not among 120 companies"
    assert {country for country, _code in suggest(house, "katused", "LT")} == {"EE"}
    assert suggest(house, "київ")[0][0] == "UA"
    assert suggest(house, "gi") == suggest(house, "  ") == suggest(house, "%%%") == suggest(house, "UAB") == []


def test_codes_and_vat_codes_find_too(house: House) -> None:
    assert suggest(house, "300000042") == [("LT", "300000042")]
    assert suggest(house, "EE110000007")[0] == ("EE", "10000007")
    assert suggest(house, "1000000", "EE")[0] == ("EE", "10000007")


def test_companies_of_the_chosen_country_come_first(house: House) -> None:
    # Mere is Estonian, Meža is Latvian, and both begin alike.
    for country in ("EE", "LT"):
        found = [one for one, _code in suggest(house, "mer" if country == "EE" else "met", country)]
        assert found[0] == "EE"
    assert {one for one, _code in suggest(house, "4000")} == {"LV"}
    assert suggest(house, "300", "UA")[0][0] == "UA"
    assert suggest(house, "300", "LT")[0][0] == "LT"


def test_every_part_of_the_question_is_answered_by_an_index(company_on: Callable[..., Any], tmp_path: Path) -> None:
    house = filled(House(company_on("sqlite", modules=["crm_clients"])), tmp_path)  # it reads SQLite's words
    heard: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        heard.append((statement, parameters))

    event.listen(house.company.database.engine, "before_cursor_execute", note)
    suggest(house, "gin")
    event.remove(house.company.database.engine, "before_cursor_execute", note)
    asked = [one for one in heard if "register_company" in one[0]]
    assert len(asked) == 1
    with house.company.database.engine.connect() as connection:
        statement, parameters = asked[0]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    steps = [row[-1] for row in plan if "register_company" in row[-1]]
    assert len(steps) == 12
    assert all("USING INDEX" in step and "_key>" in step for step in steps), steps
    assert not any("TEMP B-TREE" in row[-1] for row in plan)


@pytest.mark.catalogue("CL-40")
@pytest.mark.catalogue("M-06")
def test_choosing_a_company_fills_the_form_and_its_address(house: House) -> None:
    fragment = house.browser.get(f"{SUGGEST}?company_name=gin&country=LT", headers=FRAGMENT).text
    assert "<html" not in fragment
    assert "Gintaro langai" in fragment
    href = "/clients/assistant?of=EE&amp;code=10000049"
    assert href in house.browser.get(f"{SUGGEST}?registration_code=10000049&country=EE", headers=FRAGMENT).text
    page = house.browser.get("/clients/assistant?of=EE&code=10000049").text
    for value in ("Põhja ehitus osaühing", "10000049", "EE110000049", "Kase tn 8", "Tartu", "Tartu maakond", "50007"):
        assert f'value="{value}"' in page, value
    assert "Commercial register of Estonia" in page


def test_without_script_a_page_searches(house: House) -> None:
    assert SUGGEST in house.browser.get("/clients/assistant").text
    page = house.browser.get(f"{SUGGEST}?q=gintaro").text
    assert "<html" in page
    assert "/clients/assistant?of=LT&amp;code=300000042" in page
    assert "No such company in the directories" in house.browser.get(f"{SUGGEST}?q=nobodyknows").text


def test_a_company_that_is_a_client_leads_to_it(house: House) -> None:
    client_id = house.client("UAB Gintaro langai", registration_code="300000042")
    page = house.browser.get(f"{SUGGEST}?q=gintaro").text
    assert f'href="/clients/{client_id}"' in page
    assert "code=300000042" not in page


def test_nobody_knows_the_company_any_more(house: House) -> None:
    assert house.browser.get("/clients/assistant?of=LT&code=999999999").status_code == 404
    assert house.browser.get("/clients/assistant?of=%00&code=%00").status_code in (
        200,
        400,
        404,
    )  # as if nothing were asked


def test_companies_in_liquidation_are_marked(house: House) -> None:
    page = house.browser.get(f"{SUGGEST}?q=300000021").text
    assert "In liquidation" in page


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ('Uždaroji akcinė bendrovė "Baltic Nordic Wood"', ("baltic nordic wood", "nordic wood", "wood")),
        ("Žuvėdra, UAB", ("zuvedra", "", "")),
        ("UAB", ("uab", "", "")),
        ("", ("", "", "")),
    ],
)
def test_keys_of_names(name: str, keys: tuple[str, str, str]) -> None:
    assert name_keys(name) == keys


def test_what_is_typed() -> None:
    assert (typed_key("„žuvė"), typed_key("UAB žu"), typed_key("a b")) == ("zuve", "", "")
    assert (typed_code("1100 03978"), typed_code("ee101335276"), typed_code("LV-40003")) == (
        "110003978",
        "EE101335276",
        "40003",
    )
    assert (typed_code("12"), typed_code("abc"), typed_code("007 Autohaus")) == ("", "", "")
