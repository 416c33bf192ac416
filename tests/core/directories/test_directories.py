"""Directories: entries are added, ordered, merged, closed and never deleted while something uses them (CORE-20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.directories import service
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import in_latin_letters, title_in
from kartoteka.builtin.directories.places import CITIES, DISTRICTS, REGIONS, cities, districts, regions
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, Refused
from tests.installed import installed


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=installed("crm_clients"))


@pytest.fixture
def keeper(made: Company) -> Any:
    return made.browser(made.add_user(ADMINISTRATOR, login="keeper"))


def load(company: Company, country: str = "LT") -> int:
    with company.database.transaction(company.system) as session:
        return add_start_entries(session, countries=[country])


def find(company: Company, directory: str, name: str) -> int:
    with company.database.reading(company.system) as session:
        return session.scalars(
            select(DirectoryEntry.id).where(DirectoryEntry.directory == directory, DirectoryEntry.name == name)
        ).one()


def number(company: Company) -> int:
    with company.database.reading(company.system) as session:
        places = DirectoryEntry.directory.in_((REGIONS, DISTRICTS, CITIES))
        return session.scalar(select(func.count(DirectoryEntry.id)).where(places)) or 0


def test_the_starting_places_lie_within_each_other() -> None:
    known = {one.code: one for one in (*regions(), *districts())}
    assert [sum(one.country == country for one in regions()) for country in ("LT", "EE", "LV", "UA")] == [10, 15, 5, 27]
    assert [sum(one.country == country for one in districts()) for country in ("LT", "EE", "LV", "UA")] == [
        60,
        79,
        42,
        136,
    ]
    for one in (*districts(), *cities()):
        assert known[one.parent].country == one.country
    codes = [one.code for one in (*regions(), *districts(), *cities())]
    assert len(codes) == len(set(codes))
    assert max(map(len, codes)) <= 120


def test_names_are_read_by_those_who_know_other_letters() -> None:
    assert in_latin_letters("Запоріжжя") == "Zaporizhzhia"
    assert in_latin_letters("Згурівка Єнакієве Кам'янське") == "Zghurivka Yenakiieve Kamianske"
    assert title_in("lt", "Львів", {"en": "Lviv", "ru": "Львов"}) == "Lviv"
    assert title_in("ru", "Львів", {"en": "Lviv", "ru": "Львов"}) == "Львов"
    assert title_in("uk", "Львів", {"en": "Lviv"}) == "Львів"
    assert title_in("et", "Vilnius", {"ru": "Вильнюс"}) == "Vilnius"


@pytest.mark.catalogue("CORE-20", part="entries")
def test_entries_are_added_renamed_and_closed(made: Company, keeper: Any) -> None:
    assert "Cities" in keeper.get("/directories/").text
    page = f"/directories/{REGIONS}"
    assert "There are no entries yet" in keeper.get(page).text
    assert keeper.post(page, data={"name": "Vilniaus apskritis", "country": "LT"}).status_code == 302
    assert (
        "There is an entry with this name"
        in keeper.post(page, data={"name": "VILNIAUS apskritis", "country": "LT"}).text
    )
    assert keeper.post(page, data={"name": "", "country": "LT"}).status_code == 422
    assert "Choose a country." in keeper.post(page, data={"name": "Nowhere"}).text
    region = find(made, REGIONS, "Vilniaus apskritis")
    sent = {"name": "Trakai", "parent_id": str(region), "title_ru": "Тракай"}
    assert keeper.post(f"/directories/{CITIES}", data=sent).status_code == 302
    city = find(made, CITIES, "Trakai")
    assert keeper.post(f"/directories/{CITIES}", data={"name": "A", "parent_id": str(city)}).status_code == 422
    other = {"name": "Kaunas", "parent_id": str(region), "country": "EE"}
    assert "lies in another country" in keeper.post(f"/directories/{CITIES}", data=other).text
    changed = {"name": "Trakai", "parent_id": str(region), "country": "LT", "closed": "y", "version": "1"}
    assert keeper.post(f"/directories/entries/{city}", data=changed).status_code == 302
    assert "closed" in keeper.get(f"/directories/{CITIES}").text
    assert keeper.post(f"/directories/entries/{city}", data={**changed, "name": "X"}).status_code == 302
    stale = keeper.post(f"/directories/entries/{city}", data={**changed, "name": "Y"})
    assert stale.status_code == 409
    assert "Y" in stale.text


def test_directories_need_their_right(made: Company) -> None:
    onlooker = made.add_user(permissions=["clients.view"])
    browser = made.browser(onlooker)
    for path in ("/directories/", f"/directories/{CITIES}", "/directories/entries/1"):
        assert browser.get(path).status_code == 403
    assert browser.post("/directories/start").status_code == 403
    with made.database.transaction(made.actor(onlooker)) as session, pytest.raises(Forbidden):
        service.add_entry(session, CITIES, {"name": "A", "country": "LT"})
    with made.database.transaction(made.actor(onlooker)) as session, pytest.raises(Forbidden):
        add_start_entries(session)


@pytest.mark.needs_module("crm_clients")
def test_nonsense_leads_nowhere(made: Company, keeper: Any) -> None:
    for path in ("/directories/nothing", "/directories/nothing.at_all", "/directories/entries/999"):
        assert keeper.get(path).status_code == 404
    assert keeper.post("/directories/entries/999/delete").status_code == 404
    assert keeper.post("/directories/entries/999/merge", data={"kept": "998"}).status_code == 404
    assert keeper.post("/directories/start", data={"directory": "x" * 5000}).status_code == 404
    assert keeper.get(f"/directories/{CITIES}?after=abc&country=%00&q=%25_%22").status_code == 200
    assert keeper.get("/crm_clients/addresses/places?country=%00&region=%00%ff&district=x").status_code == 200
    too_long = keeper.post(f"/directories/{REGIONS}", data={"name": "x" * 300, "country": "LT"})
    assert too_long.status_code == 422
    with made.database.transaction(made.system) as session, pytest.raises(InvalidInput) as caught:
        service.add_entry(session, CITIES, {"name": "A", "country": "LT", "owner": 1, "parent_id": 77})
    assert set(caught.value.errors) == {"owner", "parent_id"}


def test_the_starting_entries_are_added_once_and_by_a_button(made: Company, keeper: Any) -> None:
    assert keeper.post("/directories/start", data={"directory": CITIES}).status_code == 302
    everything = len(regions()) + len(districts()) + len(cities())
    assert number(made) == everything
    load(made)
    assert number(made) == everything
    vilnius = find(made, CITIES, "Vilnius")
    with made.database.transaction(made.system) as session:
        service.change_entry(session, vilnius, {"name": "Vilnius (sostinė)"})
    assert load(made) == 0
    second = keeper.get(f"/directories/{CITIES}?country=UA&after={_last_shown(keeper)}")
    assert second.status_code == 200
    assert "Kyiv" in keeper.get(f"/directories/{CITIES}?country=UA&q=київ").text


def _last_shown(keeper: Any) -> str:
    page = keeper.get(f"/directories/{CITIES}?country=UA").text
    assert "after=" in page
    return str(page.split("after=")[1].split("&")[0].split('"')[0])


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-20", part="addresses")
def test_an_address_takes_its_place_from_the_directories(made: Company, keeper: Any) -> None:
    load(made)
    client = made.add_client("UAB Žuvėdra", country="LT")
    new = f"/crm_clients/clients/{client.id}/addresses/new"
    page = keeper.get(new).text
    assert '<option value="Kauno apskritis">Kaunas County</option>' in page
    within = keeper.get("/crm_clients/addresses/places?country=LT&region=Kauno+apskritis").text
    assert "Jonavos rajono savivaldybė" in within
    assert "Jonava" in within
    assert "Trakai" not in within
    deeper = keeper.get(
        "/crm_clients/addresses/places?country=LT&region=Kauno+apskritis&district=Kauno+miesto+savivaldybė"
    )
    assert '<option value="Kaunas">' in deeper.text
    assert "Jonava<" not in deeper.text
    chosen = {
        "kind": "legal",
        "country": "LT",
        "region": "Kauno apskritis",
        "district": "Kauno miesto savivaldybė",
        "city": "kaunas",
    }
    assert keeper.post(new, data=chosen).status_code == 302
    assert keeper.post(new, data={"kind": "site", "country": "LT", "city": "Палангa"}).status_code == 302
    assert keeper.post(new, data={"kind": "site", "country": "LT", "city": "Тракай"}).status_code == 302
    kaunas, trakai = find(made, CITIES, "Kaunas"), find(made, CITIES, "Trakai")
    assert _places(made) == [
        ("Kauno apskritis", "Kaunas", kaunas),
        ("", "Палангa", None),  # the last letter is a Latin one
        ("Vilniaus apskritis", "Trakai", trakai),
    ]


def _places(company: Company) -> list[tuple[str, str, int | None]]:
    from kartoteka_crm_clients.models import Address

    with company.database.reading(company.system) as session:
        rows = session.execute(select(Address.region, Address.city, Address.place_id).order_by(Address.id))
        return [tuple(row) for row in rows]


def address(company: Company, client_id: int, **values: Any) -> int:
    from kartoteka_crm_clients.service import add_address

    with company.database.transaction(company.system, "Address added") as session:
        return int(add_address(session, client_id, {"kind": "legal", **values}).id)


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-20", part="filters")
def test_lists_are_filtered_by_region_district_and_city(made: Company, keeper: Any) -> None:
    load(made)
    for name, city in (("Alfa", "Kaunas"), ("Beta", "Garliava"), ("Gama", "Vilnius")):
        address(made, made.add_client(name, country="LT").id, city=city)
    county, district = find(made, REGIONS, "Kauno apskritis"), find(made, DISTRICTS, "Kauno rajono savivaldybė")

    def shown(query: str) -> list[str]:
        page = keeper.get(f"/clients/?{query}").text
        return [name for name in ("Alfa", "Beta", "Gama") if f">{name}<" in page]

    assert shown("") == ["Alfa", "Beta", "Gama"]
    assert shown(f"crm_clients.region={county}") == ["Alfa", "Beta"]
    assert shown(f"crm_clients.district={district}") == ["Beta"]
    assert shown("crm_clients.city=Garliava") == ["Beta"]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-20", part="used")
def test_a_used_entry_is_closed_or_merged_but_never_deleted(made: Company, keeper: Any) -> None:
    load(made)
    client = made.add_client("UAB Žuvėdra", country="LT")
    address(made, client.id, city="Kaunas")
    kaunas = find(made, CITIES, "Kaunas")
    assert "Used by 1 record." in keeper.get(f"/directories/entries/{kaunas}").text
    keeper.post(f"/directories/entries/{kaunas}/delete")
    assert find(made, CITIES, "Kaunas") == kaunas
    with made.database.transaction(made.system) as session, pytest.raises(Refused, match="used by one record"):
        service.delete_entry(session, kaunas)
    with pytest.raises(IntegrityError), made.database.transaction(made.system) as session:
        session.delete(session.get_one(DirectoryEntry, kaunas))
    with made.database.transaction(made.system) as session:
        other = service.add_entry(session, CITIES, {"name": "Kovno", "country": "LT"}).id
    assert keeper.post(f"/directories/entries/{kaunas}/merge", data={"kept": str(kaunas)}).status_code == 302
    assert keeper.post(f"/directories/entries/{kaunas}/merge", data={"kept": ""}).status_code == 302
    keeper.post(f"/directories/entries/{kaunas}/merge", data={"kept": str(other)})
    assert [place for _region, _city, place in _places(made)] == [other]
    with made.database.reading(made.system) as session:
        assert session.scalar(select(DirectoryEntry.id).where(DirectoryEntry.id == kaunas)) is None
    unused = find(made, CITIES, "Trakai")
    keeper.post(f"/directories/entries/{unused}/delete")
    with made.database.reading(made.system) as session:
        assert session.scalar(select(DirectoryEntry.id).where(DirectoryEntry.id == unused)) is None


@pytest.mark.needs_module("crm_clients")
def test_a_closed_city_is_kept_but_not_offered(made: Company, keeper: Any) -> None:
    load(made)
    client = made.add_client("UAB Žuvėdra", country="LT")
    first = address(made, client.id, city="Kaunas")
    with made.database.transaction(made.system) as session:
        service.change_entry(session, find(made, CITIES, "Kaunas"), {"closed": True})
    page = keeper.get(f"/crm_clients/addresses/{first}/edit").text
    assert 'value="Kaunas"' in page
    assert '<option value="Kaunas">' not in page


@pytest.mark.needs_module("crm_clients")
def test_an_address_that_changes_finds_its_place_again(made: Company) -> None:
    load(made)
    client = made.add_client("UAB Žuvėdra", country="LT")
    first = address(made, client.id, city="Kaunas")
    from kartoteka_crm_clients.service import change_address

    with made.database.transaction(made.system, "Address changed") as session:
        change_address(session, first, {"city": "Vilnius", "region": ""})
    assert _places(made) == [("Vilniaus apskritis", "Vilnius", find(made, CITIES, "Vilnius"))]
    with made.database.transaction(made.system, "Address changed") as session:
        change_address(session, first, {"city": "Paris", "region": ""})
    assert _places(made) == [("", "Paris", None)]
