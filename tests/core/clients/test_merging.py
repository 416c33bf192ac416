"""Merging clients: what moves, what is kept, who may, and what leads to the kept client afterwards (CL-41)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from kartoteka.builtin.clients.fields import EDIT_PERSONAL_CODE, MERGE, SEE_PERSONAL_CODE
from kartoteka.builtin.clients.loading import storing
from kartoteka.builtin.clients.merging.moving import count_rows
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client, ClientShare, DistinctClients
from kartoteka.builtin.clients.service import change_client
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.undo import plan_undo, undo_operation
from kartoteka.db.session import find
from kartoteka.testing.checksums import differing_tables, table_checksums
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Conflict, Forbidden, NotFound, Refused
from tests.installed import installed

from .abandoned import leave_behind, rows_of
from .conftest import HEAD

MODULE = "crm_clients"
MERGER = (*HEAD, MERGE, f"{MODULE}.view", f"{MODULE}.edit")


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts and addresses, once on SQLite and once on PostgreSQL."""
    return company_on(request.param, modules=installed(MODULE))


def two_spellings(house: Company, actor: Any) -> tuple[int, int]:
    """Enter one firm twice and return both ids; each has a contact and an address."""
    first = house.add_client(
        "UAB „Žuvėdra“", actor=actor, country="LT", phone="+370 612 34567", notes="Pays late.", email="a@zuvedra.lt"
    )
    second = house.add_client(
        "Zuvedra, UAB",
        actor=actor,
        country="LT",
        phone="+370 699 11111",
        notes="Ask for Ona.",
        registration_code="302345671",
    )
    browser = house.browser(actor.user_id)
    for client, name in ((first, "Jonaitis"), (second, "Onaitytė")):
        browser.post(f"/{MODULE}/clients/{client.id}/contacts/new", data={"surname": name, "role": "director"})
        browser.post(
            f"/{MODULE}/clients/{client.id}/addresses/new", data={"kind": "legal", "city": "Kaunas", "country": "LT"}
        )
    return first.id, second.id


def merge(house: Company, actor: Any, kept: int, *merged: int, **options: Any) -> Client:
    with house.database.transaction(actor) as session:
        return merge_clients(session, kept, merged, **options)


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-41", part="everything moves, modules on, off and gone")
@pytest.mark.parametrize("is_on", [True, False])
def test_everything_moves_also_from_modules_off_and_gone(house, is_on):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    leave_behind(house, kept, merged)
    if not is_on:
        house.switch(MODULE, on=False)
    merge(house, actor, kept, merged)
    assert {row[1] for row in rows_of(house, "gone_visit")} == {kept}
    assert [row[1:] for row in rows_of(house, "gone_liking")] == [(kept, "red"), (kept, "blue")]
    about = [row[1:3] for row in rows_of(house, "gone_remark")]
    assert about == [("clients.client", kept), ("clients.client", kept), ("gone.visit", merged)]
    with house.database.engine.connect() as connection:
        for table in ("crm_clients_contact", "crm_clients_address"):
            owners = connection.execute(text(f"SELECT client_id FROM {table}")).scalars().all()
            assert owners == [kept, kept]
        main = connection.execute(text("SELECT count(*) FROM crm_clients_address WHERE is_main")).scalar()
        assert main == 1
        texts = connection.execute(text("SELECT client_id FROM core_search_text WHERE kind LIKE 'crm_clients.%'"))
        assert set(texts.scalars()) == {kept}


def test_values_are_kept_filled_and_joined(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    client = merge(house, actor, kept, merged)
    assert client.name == "UAB „Žuvėdra“"
    assert client.registration_code == "302345671"
    assert client.phone == "+370 612 34567; +370 699 11111"
    assert client.phone_e164 == "+37061234567"
    assert client.email == "a@zuvedra.lt"
    assert client.notes == "Pays late.\n\nK00002 Zuvedra, UAB:\nAsk for Ona."


def test_picks_choose_the_values_and_nonsense_counts_as_none(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    picks = {"company_name": str(merged), "phone": str(merged), "email": "99", "notes": "joined", "state": "deleted"}
    client = merge(house, actor, kept, merged, picks=picks)
    assert (client.company_name, client.phone, client.email) == ("Zuvedra, UAB", "+370 699 11111", "a@zuvedra.lt")
    assert client.state == "active"


@pytest.mark.needs_module("crm_clients")
def test_the_merged_card_becomes_a_signpost(house):
    user = house.add_user(permissions=MERGER, reach="all")
    actor = house.actor(user)
    kept, merged = two_spellings(house, actor)
    third = house.add_client("Žuvėdra Baltic", actor=actor, external_source="old", external_id="7").id
    merge(house, actor, merged, third)
    merge(house, actor, kept, merged)
    with house.database.reading(house.system) as session:
        assert [find(session, Client, one).state for one in (merged, third)] == ["merged", "merged"]
        assert [find(session, Client, one).merged_into_id for one in (merged, third)] == [kept, kept]
        assert storing.find_by_key(session, "old", ["7"]) == {"7": kept}
    browser = house.browser(user)
    assert browser.get(f"/clients/{third}").location == f"/clients/{kept}"
    assert browser.get(f"/clients/{merged}/log").location == f"/clients/{kept}/log"
    assert browser.get(f"/{MODULE}/clients/{merged}/contacts").location == f"/{MODULE}/clients/{kept}/contacts"


def test_the_signpost_shows_nothing_to_those_who_do_not_see_the_kept_client(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    merge(house, actor, kept, merged)
    stranger = house.browser(house.add_user(permissions=MERGER))
    assert stranger.get(f"/clients/{merged}").status_code == 404
    with house.database.transaction(house.system) as session:
        share_client(session, kept, house.add_user(login="petras", permissions=MERGER), "Helps out")


@pytest.mark.needs_module("crm_clients")
def test_the_log_of_the_kept_client_tells_the_story_of_both(house):
    user = house.add_user(permissions=MERGER, reach="all")
    actor = house.actor(user)
    kept, merged = two_spellings(house, actor)
    with house.database.transaction(actor, "Client changed") as session:
        change_client(session, merged, {"activity": "Fishing"})
    merge(house, actor, kept, merged)
    page = house.browser(user).get(f"/clients/{kept}/log").text
    assert "Fishing" in page
    assert "K00002 merged into K00001" in page
    assert "Onaitytė" in page


def test_only_with_the_right_and_only_clients_in_sight(house):
    merger = house.actor(house.add_user(permissions=MERGER))
    clerk = house.actor(house.add_user(permissions=HEAD, reach="all"))
    kept, merged = two_spellings(house, merger)
    foreign = house.add_client("Foreign").id
    with pytest.raises(Forbidden):
        merge(house, clerk, kept, merged)
    with pytest.raises(NotFound):
        merge(house, merger, kept, foreign)
    with pytest.raises(Refused):
        merge(house, merger, kept, kept)
    with house.database.reading(house.system) as session:
        assert set(session.scalars(select(Client.state))) == {"active"}


def test_what_was_changed_meanwhile_stops_the_merge(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    versions = {kept: 1, merged: 1}
    with house.database.transaction(actor) as session:
        change_client(session, merged, {"activity": "Fishing"})
    with pytest.raises(Conflict):
        merge(house, actor, kept, merged, versions=versions)
    assert merge(house, actor, kept, merged, versions={kept: 1, merged: 2}).activity == "Fishing"
    with pytest.raises(Refused):
        merge(house, actor, kept, merged)


def test_data_that_needs_a_module_that_is_gone_stops_the_merge(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    kept, merged = two_spellings(house, actor)
    leave_behind(house, kept, merged, needs_code=True)
    with pytest.raises(Refused, match="Old visits"):
        merge(house, actor, kept, merged)
    assert {row[1] for row in rows_of(house, "gone_visit")} == {kept, merged}


def test_shares_move_and_those_that_are_there_already_go(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    petras, ona = house.add_user(login="petras"), house.add_user(login="ona")
    kept, merged = two_spellings(house, actor)
    with house.database.transaction(house.system) as session:
        for client_id, user_id in ((kept, petras), (merged, petras), (merged, ona)):
            share_client(session, client_id, user_id, "Helps out")
        session.add(DistinctClients(first_id=kept, second_id=merged))
    merge(house, actor, kept, merged)
    with house.database.reading(house.system) as session:
        shares = session.execute(select(ClientShare.client_id, ClientShare.user_id).order_by(ClientShare.id)).all()
        assert [tuple(share) for share in shares] == [(kept, petras), (kept, ona)]
        assert session.scalars(select(DistinctClients)).all() == []


def test_a_personal_code_is_neither_shown_nor_lost(house):
    clerk_id = house.add_user(permissions=MERGER, reach="all")
    boss = house.actor(
        house.add_user(permissions=(*MERGER, SEE_PERSONAL_CODE, EDIT_PERSONAL_CODE), reach="all", login="boss")
    )
    person = {"kind": "person", "surname": "Onaitytė", "country": "LT"}
    kept = house.add_client(actor=boss, **person).id
    merged = house.add_client(actor=boss, **person, personal_code="48501010017").id
    page = house.browser(clerk_id).get(f"/clients/merge?id={kept}&id={merged}").text
    assert "48501010017" not in page
    assert "48501010017" in house.browser(boss.user_id).get(f"/clients/merge?id={kept}&id={merged}").text
    assert merge(house, house.actor(clerk_id), kept, merged).personal_code == "48501010017"


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-41", part="pages: choose the other, compare, merge")
def test_pages_lead_from_the_card_to_the_merged_card(house):
    user = house.add_user(permissions=MERGER, reach="all")
    kept, merged = two_spellings(house, house.actor(user))
    leave_behind(house, kept, merged)
    browser = house.browser(user)
    action = f"/actions/clients/merge?kind=clients.client&id={kept}"
    assert action.replace("&", "&amp;") in browser.get(f"/clients/{kept}").text
    assert browser.get(action).location == f"/clients/{kept}/merge"
    chooser = browser.get(f"/clients/{kept}/merge").text
    assert f"/clients/merge?id={kept}&amp;id={merged}" in chooser, "the same name but for the legal form"
    assert "Zuvedra" in browser.get(f"/clients/{kept}/merge?q=zuved").text
    chosen = browser.post("/actions/clients/merge", data={"kind": "clients.client", "id": [kept, merged]}).location
    assert chosen == f"/clients/merge?id={kept}&id={merged}"
    page = browser.get(chosen).text
    for told in ("Contact persons: 1", "Addresses: 1", "Old visits (module not installed): 4"):
        assert told in page
    data = {"id": [kept, merged], "keep": merged, f"version-{kept}": 1, f"version-{merged}": 1}
    assert browser.post("/clients/merge", data={**data, f"version-{kept}": 7}).status_code == 409
    answer = browser.post("/clients/merge", data={**data, "pick-company_name": kept})
    assert answer.location == f"/clients/{merged}"
    card = browser.get(f"/clients/{kept}", follow_redirects=True).text
    assert "UAB „Žuvėdra“" in card


def test_nonsense_in_the_address_is_refused_in_words(house):
    browser = house.browser(house.add_user(permissions=MERGER, reach="all"))
    one = house.add_client("Alfa").id
    for address, status in (
        ("/clients/merge", 302),
        (f"/clients/merge?id={one}", 422),
        (f"/clients/merge?id={one}&id=999", 404),
        ("/clients/merge?id=x&id=y", 404),
        ("/clients/999/merge", 404),
    ):
        assert browser.get(address).status_code == status


@pytest.mark.needs_module("crm_clients")
def test_rows_are_counted_by_kind(house):
    actor = house.actor(house.add_user(permissions=MERGER, reach="all"))
    _kept, merged = two_spellings(house, actor)
    house.switch(MODULE, on=False)
    with house.database.reading(house.actor(actor.user_id)) as session:
        counted = {str(one.title): (one.count, str(one.note)) for one in count_rows(session, [merged])}
    assert counted == {"Contact persons": (1, "module off"), "Addresses": (1, "module off")}


@pytest.mark.catalogue("CL-41", part="a merge is undone whole, with one module off and one uninstalled")
@pytest.mark.parametrize("is_on", [True, pytest.param(False, marks=pytest.mark.needs_module(MODULE))])
def test_undo_leaves_what_was_there_before(house, is_on):
    actor = house.actor(house.add_user("administrator"))
    kept, merged = two_spellings(house, actor)
    third = house.add_client("Žuvėdra Baltic", actor=actor, phone="+370 655 55555").id
    leave_behind(house, kept, merged)
    petras = house.add_user()
    with house.database.transaction(house.system) as session:
        for client_id in (kept, merged):
            share_client(session, client_id, petras, "Helps out")
        session.add(DistinctClients(first_id=kept, second_id=merged))
        session.add(DistinctClients(first_id=merged, second_id=third))
    if not is_on:
        house.switch(MODULE, on=False)
    before = table_checksums(house.database)
    with house.database.transaction(actor) as session:
        merge_clients(session, kept, [merged])
        operation = operation_of(session)
    merged_once = table_checksums(house.database)
    assert "gone_visit" in differing_tables(before, merged_once)
    with house.database.transaction(actor) as session:
        assert plan_undo(session, operation).conflicts == ()
        undo = undo_operation(session, operation)
    assert differing_tables(before, table_checksums(house.database)) == []
    with house.database.transaction(actor) as session:
        undo_operation(session, undo)
    assert differing_tables(merged_once, table_checksums(house.database)) == []
