"""Marketing data on the card, in the list, through files and the API (CL-11, CL-45)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.errors import Forbidden
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.privacy.service import erase_client
from kartoteka.builtin.rest.service import make_key
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.marketing.service import set_marketing
from tests.core.importing.conftest import Importer, numbers


def entry(house: Any, directory: str, code: str) -> int:
    """Return the id of an entry that a directory begins with."""
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [f"crm_clients.{directory}"])
        return session.scalars(
            select(DirectoryEntry.id).where(
                DirectoryEntry.directory == f"crm_clients.{directory}", DirectoryEntry.code == code
            )
        ).one()


def stored(house: Any, client_id: int) -> list[Marketing]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Marketing).where(Marketing.client_id == client_id)))


@pytest.mark.catalogue("CL-11")
@pytest.mark.catalogue("CL-45", part="data")
def test_the_tab_keeps_what_is_known_for_marketing(house: Any) -> None:
    large, fair = entry(house, "sizes", "large"), entry(house, "ad_channels", "fair")
    client_id = house.client()
    url = f"/crm_clients/clients/{client_id}/marketing"
    assert "Marketing" in house.browser.get(f"/clients/{client_id}").text
    form = house.browser.get(f"{url}/edit").text
    assert "250 people and more" in form
    assert 'name="income"' not in form  # a company has none
    data = {"size": str(large), "channel": str(fair), "activity": "Windows"}
    answer = house.browser.post(f"{url}/edit", data=data)
    assert answer.status_code == 302, answer.text
    page = house.browser.get(url).text
    assert "250 people and more" in page
    assert "Trade fair" in page
    assert "Windows" in page
    assert house.stranger.get(url).status_code == 404


def test_persons_have_sex_and_income(house: Any) -> None:
    client_id = house.client(kind="person", surname="Onaitė", first_name="Ona")
    url = f"/crm_clients/clients/{client_id}/marketing"
    answer = house.browser.post(f"{url}/edit", data={"sex": "female", "income": "1200,50"})
    assert answer.status_code == 302, answer.text
    page = house.browser.get(url).text
    assert "1,200.50" in page
    assert "Female" in page


def test_entries_of_other_directories_are_refused(house: Any) -> None:
    fair, client_id = entry(house, "ad_channels", "fair"), house.client()
    answer = house.browser.post(f"/crm_clients/clients/{client_id}/marketing/edit", data={"size": str(fair)})
    assert answer.status_code == 422
    assert stored(house, client_id) == []


@pytest.mark.catalogue("CL-45", part="list")
def test_the_list_shows_and_finds_by_marketing_data(house: Any) -> None:
    large = entry(house, "sizes", "large")
    first, second = house.client("UAB Alfa"), house.client("UAB Beta")
    with house.writing() as session:
        set_marketing(session, first, {"size": large})
    found = house.browser.get(f"/clients/?crm_clients.marketing_size={large}").text
    assert "Alfa" in found
    assert "Beta" not in found
    others = house.browser.get("/clients/?crm_clients.marketing_size=none").text
    assert "Beta" in others
    assert "Alfa" not in others
    assert second


def test_merging_keeps_what_one_of_both_says(house: Any) -> None:
    large, fair = entry(house, "sizes", "large"), entry(house, "ad_channels", "fair")
    kept, merged = house.client("UAB Alfa"), house.client("UAB Alfa 2")
    with house.writing() as session:
        set_marketing(session, kept, {"size": large})
        set_marketing(session, merged, {"channel": fair})
    with house.company.database.transaction(house.company.system) as session:
        merge_clients(session, kept, [merged], {})
    (row,) = stored(house, kept)
    assert (row.size_id, row.channel_id) == (large, fair)


def test_erasing_a_person_erases_what_marketing_knew(house: Any) -> None:
    large, client_id = entry(house, "sizes", "large"), house.client(kind="person", surname="Onaitė", first_name="Ona")
    with house.writing() as session:
        set_marketing(session, client_id, {"size": large})
    with house.company.database.transaction(house.company.system) as session:
        erase_client(session, client_id, "Asked for it")
    assert [one.size_id for one in stored(house, client_id)] == [None]


def test_it_is_imported_by_the_words_of_the_directories(company: Any) -> None:
    office = company(modules=["crm_clients"])
    rights = ("importing.use", "clients.view", "crm_clients.view", "crm_clients.edit")
    importer = Importer(office, office.add_user(permissions=rights, reach="all"))
    office.add_client("UAB Langai", country="LT", registration_code="1000001")
    with office.database.transaction(office.system) as session:
        add_start_entries(session, ["crm_clients.sizes"])
    office.add_client("UAB Durys", country="LT", registration_code="1000002")
    text = "Registration code;Size\n1000001;250 people and more\n1000002;Gigantic\n7;Large\n"
    number = importer.begin(text.encode(), "marketing.csv", "crm_clients.marketing")
    importer.go_on(number)
    assert numbers(importer.check(number))[0] == 1
    importer.start(number)
    with office.database.reading(office.system) as session:
        assert session.scalars(select(Marketing.size_id)).one() is not None
    assert "no entry Gigantic" in importer.browser.get(f"/importing/{number}").text


def test_other_programs_read_and_write_it(house: Any) -> None:
    large, client_id = entry(house, "sizes", "large"), house.client()
    company = house.company
    admin = company.add_user("administrator")
    with company.database.transaction(company.actor(admin)) as session:
        _key, token = make_key(
            session, title="Shop", scopes=["crm_clients.marketing:read", "crm_clients.marketing:create"], user_id=admin
        )
    shop = company.browser(None)
    headers = {"Authorization": f"Bearer {token}"}
    made = shop.post("/api/v1/crm_clients/marketing", json={"client": client_id, "size": large}, headers=headers)
    assert made.status_code == 201, made.text
    read = shop.get(f"/api/v1/crm_clients/marketing/{made.json['id']}", headers=headers)
    assert str(read.json["size"]) == str(large)


@pytest.mark.catalogue("CORE-05", part="marketing data")
def test_fields_that_are_marked_as_confidential_are_kept_from_others(house: Any) -> None:
    large, fair = entry(house, "sizes", "large"), entry(house, "ad_channels", "fair")
    client_id = house.client("UAB Alfa")
    house.client("UAB Beta")
    with house.writing() as session:
        set_marketing(session, client_id, {"size": large, "channel": fair})
    clerk, url = house.browser, f"/crm_clients/clients/{client_id}/marketing"
    clerk.post("/clients/columns", data={"order": ["crm_clients.marketing_size"], "shown": [], "do": "save"})
    with house.company.database.transaction(house.company.system) as session:
        mark_fields(session, "crm_clients.marketing", {"size"})
    page = clerk.get(url).text
    assert "250 people and more" not in page
    assert "Trade fair" in page
    assert 'name="size"' not in clerk.get(f"{url}/edit").text
    assert "marketing_size" not in clerk.get("/clients/columns").text
    assert "Beta" in clerk.get(f"/clients/?crm_clients.marketing_size={large}").text, "nothing is found out by it"
    assert "crm_clients.marketing_size" not in clerk.get("/clients/filters").text
    assert clerk.post(f"{url}/edit", data={"channel": "", "size": ""}).status_code == 302
    assert [(one.size_id, one.channel_id) for one in stored(house, client_id)] == [(large, None)]
    with pytest.raises(Forbidden), house.writing() as session:
        set_marketing(session, client_id, {"size": None})
    with house.company.database.transaction(house.company.system) as session:
        _key, token = make_key(session, title="Shop", scopes=("*:read", "*:change"), user_id=house.user_id)
    told = house.company.app.test_client().get(
        "/api/v1/crm_clients/marketing", headers={"Authorization": f"Bearer {token}"}
    )
    assert "size" not in told.json["items"][0]
