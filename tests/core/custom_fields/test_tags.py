"""Tags, favourites, copies and templates of clients."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.tags.models import Tag, Tagging
from kartoteka.builtin.clients.tags.queries import tags_of
from kartoteka.builtin.clients.tags.service import MANAGE_TAGS, add_tags, find_or_add_tag
from kartoteka.db.session import find

RIGHTS = ("clients.view", "clients.create", "clients.edit", "clients.merge", MANAGE_TAGS)


@pytest.fixture
def desk(bare):
    company = bare.company
    company.clerk = company.add_user(permissions=RIGHTS, reach="all")
    company.ramp = company.add_client("Ramp", registration_code="302345671", phone="+37061234567", importance="a").id
    return company


def names(company, client):
    with company.database.reading(company.system) as session:
        return [row.name for row in tags_of(session, client)]


def found(company, query):
    page = company.browser(company.clerk).get(f"/clients/?{query}").text
    return re.findall(r'<a id="r\d+"[^>]*>([^<]+)</a>', page)


@pytest.mark.catalogue("X-38")
def test_tags_are_added_on_the_card_taken_off_and_undone(desk):
    browser = desk.browser(desk.clerk)
    assert browser.post(f"/clients/{desk.ramp}/tags", data={"name": "Ąžuolas"}).status_code == 302
    browser.post(f"/clients/{desk.ramp}/tags", data={"name": "azuolas"})
    browser.post(f"/clients/{desk.ramp}/tags", data={"name": "Fair 2026"})
    assert names(desk, desk.ramp) == ["Ąžuolas", "Fair 2026"]
    assert "Fair 2026" in browser.get(f"/clients/{desk.ramp}").text
    with desk.database.reading(desk.system) as session:
        tag = session.scalars(select(Tag).where(Tag.name == "Fair 2026")).one()
    browser.post(f"/clients/{desk.ramp}/tags", data={"remove": tag.id})
    assert names(desk, desk.ramp) == ["Ąžuolas"]
    assert "Tag taken off" in browser.get("/operations/").text


@pytest.mark.catalogue("X-38")
def test_lists_filter_by_tags_and_show_them(desk):
    desk.add_client("Other")
    with desk.database.transaction(desk.system) as session:
        tag = find_or_add_tag(session, "Fair")
        add_tags(session, [desk.ramp], [tag.id])
        number = tag.id
    assert found(desk, f"tags={number}") == ["Ramp"]
    assert found(desk, "tags=none") == ["Other"]
    browser = desk.browser(desk.clerk)
    browser.post("/clients/columns", data={"order": ["tags"], "shown": ["tags"], "do": "save"})
    assert "Fair" in browser.get("/clients/").text.partition("<tbody")[2]
    assert "tags=" in browser.get("/clients/tags").text


@pytest.mark.catalogue("X-38")
def test_many_clients_get_and_lose_a_tag_at_once(desk):
    other = desk.add_client("Other").id
    browser = desk.browser(desk.clerk)
    data = {"kind": "clients.client", "id": [str(desk.ramp), str(other)], "confirmed": "1"}
    assert browser.post("/actions/clients/tag", data={**data, "tag": "", "name": "Fair"}).status_code == 302
    assert names(desk, desk.ramp) == names(desk, other) == ["Fair"]
    with desk.database.reading(desk.system) as session:
        number = session.scalar(select(Tag.id))
    assert browser.post("/actions/clients/untag", data={**data, "tag": str(number)}).status_code == 302
    assert names(desk, desk.ramp) == names(desk, other) == []


@pytest.mark.catalogue("X-38")
def test_tags_are_renamed_deleted_and_follow_merging(desk):
    other = desk.add_client("Other").id
    with desk.database.transaction(desk.system) as session:
        one, two = find_or_add_tag(session, "One"), find_or_add_tag(session, "Two")
        add_tags(session, [desk.ramp, other], [one.id])
        add_tags(session, [other], [two.id])
        number = two.id
    with desk.database.transaction(desk.system) as session:
        merge_clients(session, desk.ramp, [other])
    assert names(desk, desk.ramp) == ["One", "Two"]
    browser = desk.browser(desk.clerk)
    answer = browser.post(f"/clients/tags/{number}", data={"name": "one", "colour": "", "version": ""})
    assert answer.status_code == 422
    browser.post(f"/clients/tags/{number}", data={"name": "Zwei", "colour": "done", "version": ""})
    assert names(desk, desk.ramp) == ["One", "Zwei"]
    assert browser.post(f"/clients/tags/{number}/delete").status_code == 302
    assert names(desk, desk.ramp) == ["One"]
    assert browser.get("/clients/tags/0").status_code == 404


@pytest.mark.catalogue("X-38")
def test_nobody_sees_or_tags_clients_out_of_his_reach(desk):
    stranger = desk.browser(desk.add_user(permissions=RIGHTS, reach="own"))
    assert stranger.post(f"/clients/{desk.ramp}/tags", data={"name": "Mine"}).status_code == 404
    reader = desk.browser(desk.add_user(permissions=("clients.view",), reach="all"))
    assert reader.post(f"/clients/{desk.ramp}/tags", data={"name": "Mine"}).status_code == 403
    assert names(desk, desk.ramp) == []
    for wrong in ("", " ", "a" * 61):
        desk.browser(desk.clerk).post(f"/clients/{desk.ramp}/tags", data={"name": wrong})
    with desk.database.reading(desk.system) as session:
        assert session.scalars(select(Tagging)).all() == []


@pytest.mark.catalogue("X-38")
def test_favourites_stand_on_card_list_palette_and_front_page(desk):
    browser = desk.browser(desk.clerk)
    data = {"record": f"clients.client:{desk.ramp}", "next": f"/clients/{desk.ramp}"}
    assert browser.post("/search/favourites", data=data).location == f"/clients/{desk.ramp}"
    assert 'aria-pressed="true"' in browser.get(f"/clients/{desk.ramp}").text
    assert "star-filled" in browser.get("/clients/").text
    assert "Favourites" in browser.get("/search/palette").text
    other = desk.browser(desk.add_user(permissions=RIGHTS, reach="all"))
    assert 'aria-pressed="false"' in other.get(f"/clients/{desk.ramp}").text
    browser.post("/search/favourites", data=data)
    assert 'aria-pressed="false"' in browser.get(f"/clients/{desk.ramp}").text
    for wrong in ("clients.client:0", "clients.client:999999", "x", ""):
        assert browser.post("/search/favourites", data={"record": wrong}).status_code == 404


@pytest.mark.catalogue("X-38")
def test_a_copy_has_tags_and_choices_but_no_numbers_and_codes(desk, bare):
    bare.add(type="integer", title="Trucks")
    browser = desk.browser(desk.clerk)
    browser.post(f"/clients/{desk.ramp}/tags", data={"name": "Fair"})
    browser.post(f"/clients/{desk.ramp}/field/x_trucks", data={"x_trucks": "3", "version": ""})
    page = browser.get(f"/clients/new?like={desk.ramp}").text
    assert "302345671" not in page
    assert "+37061234567" not in page
    assert 'name="x_trucks"' in page
    sent = {"kind": "company", "company_name": "Second", "importance": "a", "relationship": "existing", "version": ""}
    answer = browser.post(f"/clients/new?like={desk.ramp}", data={**sent, "registered_on": "2026-01-01"})
    assert answer.status_code == 302
    made = int(answer.location.rsplit("/", 1)[1])
    assert names(desk, made) == ["Fair"]
    with desk.database.reading(desk.system) as session:
        copy, old = find(session, Client, made), find(session, Client, desk.ramp)
    assert copy.number != old.number
    assert copy.registration_code == copy.phone == ""
    for wrong in ("0", "999999", "x"):
        assert browser.get(f"/clients/new?like={wrong}").status_code == 404
    stranger = desk.browser(desk.add_user(permissions=RIGHTS, reach="own"))
    assert stranger.get(f"/clients/new?like={desk.ramp}").status_code == 404


@pytest.mark.catalogue("X-38")
def test_a_template_is_kept_used_and_deleted(desk):
    browser = desk.browser(desk.clerk)
    browser.post(f"/clients/{desk.ramp}/tags", data={"name": "Fair"})
    data = {"kind": "clients.client", "id": str(desk.ramp), "name": "School", "confirmed": "1"}
    assert browser.post("/actions/clients/save_template", data=data).status_code == 302
    page = browser.get("/clients/templates").text
    number = re.search(r"template=(\d+)", page)
    assert number
    address = f"/clients/new?template={number[1]}"
    form = browser.get(address).text
    assert re.search(r'<option[^>]*selected[^>]*value="a"|<option[^>]*value="a"[^>]*selected', form)
    assert "302345671" not in form
    sent = {"kind": "company", "company_name": "Second", "relationship": "existing", "registered_on": "2026-01-01"}
    answer = browser.post(address, data={**sent, "version": ""})
    assert names(desk, int(answer.location.rsplit("/", 1)[1])) == ["Fair"]
    other = desk.browser(desk.add_user(permissions=("clients.view", "clients.create")))
    assert other.post(f"/clients/templates/{number[1]}/delete").status_code == 422
    assert browser.post(f"/clients/templates/{number[1]}/delete").status_code == 302
    assert browser.get(address).status_code == 404


def test_who_sees_own_clients_only_sees_their_tags(desk):
    seller = desk.add_user(permissions=RIGHTS, reach="own")
    own = desk.add_client("UAB Sava", manager_id=seller).id
    browser = desk.browser(seller)
    assert browser.post(f"/clients/{own}/tags", data={"name": "Trade fair"}).status_code == 302
    assert "Trade fair" in browser.get(f"/clients/{own}").text
    with desk.database.reading(desk.actor(seller)) as session:
        assert [row.name for row in tags_of(session, own)] == ["Trade fair"]
