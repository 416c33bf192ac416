"""The client's card: header, properties, edit in place, tabs, change log, shares."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from kartoteka.builtin.clients.fields import (
    ARCHIVE,
    CHANGE_MANAGER,
    EDIT_PERSONAL_CODE,
    SEE_PERSONAL_CODE,
    SHARE,
    VIEW,
)
from kartoteka.builtin.clients.models import Client, ClientGroup
from kartoteka.builtin.clients.service import change_client
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.session import find_or_none

from .conftest import CLERK

FULL = {
    "company_name": "UAB „Žuvėdra“",
    "vat_code": "LT100001738313",
    "phone": "8 612 34567",
    "mobile": "+370 698 11111",
    "fax": "8 5 212 3456",
    "email": "info@zuvedra.lt",
    "website": "www.zuvedra.lt",
    "bank_account": "LT12 1000 0111 0100 1000",
    "client_kind": "key",
    "registered_on": "2024-05-01",
    "notes": "If you can't reach Terje, call Teet.",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(company):
    """A company on SQLite."""
    return company()


@pytest.fixture
def clerk(desk):
    return desk.actor(desk.add_user(permissions=CLERK, name="Ona Kazlienė"))


def statements_of(desk, browse):
    """Count the statements of a warm request."""
    browse()
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(desk.database.engine, "before_cursor_execute", note)
    browse()
    event.remove(desk.database.engine, "before_cursor_execute", note)
    return seen


@pytest.mark.catalogue("CL-03")
@pytest.mark.catalogue("CL-04")
@pytest.mark.catalogue("CL-05")
@pytest.mark.catalogue("CL-06")
def test_header_shows_every_fact_on_every_tab(desk, clerk, add_client):
    with desk.database.transaction(desk.system) as session:
        session.add(group := ClientGroup(name="Builders"))
        session.flush()
    client = add_client(desk, clerk, **FULL, group=group.id)
    browser = desk.browser(clerk.user_id)
    shown = ("UAB „Žuvėdra“", "Builders", "Key client", "302345671", "LT100001738313", "8 612 34567", "+370 698 11111")
    shown += ("8 5 212 3456", "info@zuvedra.lt", "www.zuvedra.lt", "LT12 1000 0111 0100 1000", "1 May 2024")
    for address in (f"/clients/{client.id}", f"/clients/{client.id}/log"):
        head = re.search(r"<header class=\"k-card-head.*?</header>", browser.get(address).text, re.DOTALL)
        text = head[0].replace("\N{NO-BREAK SPACE}", " ")
        assert [fact for fact in shown if fact not in text] == []
        assert 'href="tel:+37061234567"' in text
        assert 'href="https://www.zuvedra.lt"' in text
    assert "call Teet" in browser.get(f"/clients/{client.id}").text


def test_card_is_small_and_asks_little(desk, clerk, add_client):
    client = add_client(desk, clerk, **FULL)
    browser = desk.browser(clerk.user_id)
    asked = statements_of(desk, lambda: browser.get(f"/clients/{client.id}"))
    assert len(asked) <= 8
    assert len(browser.get(f"/clients/{client.id}").data) < 40_000


def test_hostile_text_is_shown_as_text(desk, clerk, add_client):
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    client = add_client(desk, clerk, company_name=nasty, notes=nasty, activity=nasty)
    browser = desk.browser(clerk.user_id)
    for part in ("", "/edit", "/log", "/field/notes"):
        text = browser.get(f"/clients/{client.id}{part}").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.catalogue("CL-02")
def test_a_client_is_entered_and_changed_on_one_form(desk, clerk):
    browser = desk.browser(clerk.user_id)
    assert 'name="company_name"' in browser.get("/clients/new").text
    values = {"kind": "company", "company_name": "UAB Langas", "country": "LT", "relationship": "existing"}
    values["registered_on"] = "2026-01-05"
    answer = browser.post("/clients/new", data=values)
    assert answer.status_code == 302
    card = browser.get(answer.location)
    assert "UAB Langas" in card.text
    answer = browser.post(f"{answer.location}/edit", data={**values, "version": "1", "phone": "+370 612 34567"})
    assert answer.status_code == 302
    assert "+370 612 34567" in browser.get(answer.location).text


@pytest.mark.catalogue("CL-55")
def test_a_persons_card_hides_codes_of_companies_and_keeps_them(desk, add_client):
    trusted = desk.actor(desk.add_user(permissions=(*CLERK, SEE_PERSONAL_CODE, EDIT_PERSONAL_CODE)))
    client = add_client(desk, trusted, vat_code="LT100001738313")
    browser = desk.browser(trusted.user_id)
    values = {"kind": "person", "surname": "Žukas", "first_name": "Jonas", "personal_code": "38002290005"}
    values |= {"birth_date": "1980-02-29", "sex": "male", "income": "1250,50", "relationship": "existing"}
    values |= {"company_name": "UAB „Langų namai“", "registration_code": "302345671", "vat_code": "LT100001738313"}
    values |= {"registered_on": "2026-01-05", "country": "LT", "version": "1"}
    assert browser.post(f"/clients/{client.id}/edit", data=values).status_code == 302
    card = browser.get(f"/clients/{client.id}").text
    for shown in ("Žukas Jonas", "38002290005", "29 Feb 1980".replace(" ", "\N{NO-BREAK SPACE}"), "Male", "1,250.50"):
        assert shown in card
    assert "302345671" not in card
    assert "LT100001738313" not in card
    answer = browser.post(f"/clients/{client.id}/edit", data={**values, "kind": "company", "version": "2"})
    assert answer.status_code == 302
    card = browser.get(f"/clients/{client.id}").text
    assert "302345671" in card
    assert "38002290005" not in card
    assert 'value="38002290005"' in browser.get(f"/clients/{client.id}/edit").text


@pytest.mark.catalogue("CL-55", part="confidential personal code")
def test_the_personal_code_is_nowhere_without_its_right(desk, add_client):
    trusted = desk.actor(desk.add_user(permissions=(*CLERK, SEE_PERSONAL_CODE, EDIT_PERSONAL_CODE)))
    reader = desk.add_user(permissions=(*CLERK, SEE_PERSONAL_CODE), reach="all")
    plain = desk.add_user(permissions=CLERK, reach="all")
    client = add_client(desk, trusted, kind="person", surname="Žukas", personal_code="38002290005")
    with desk.database.transaction(trusted) as session:
        change_client(session, client.id, {"personal_code": "39001010018"})
    card = f"/clients/{client.id}"
    for part in ("", "/log", "/edit"):
        text = desk.browser(plain).get(card + part).text
        assert "38002290005" not in text
        assert "39001010018" not in text
        assert "Personal code" not in text
    assert desk.browser(plain).get(f"{card}/field/personal_code").status_code == 404
    assert "39001010018" in desk.browser(reader).get(card).text
    assert "39001010018" not in desk.browser(reader).get(f"{card}/edit").text
    assert desk.browser(reader).get(f"{card}/field/personal_code").status_code == 404
    assert "38002290005" in desk.browser(reader).get(f"{card}/log").text
    blind = desk.browser(plain).post(f"{card}/edit", data={"kind": "person", "surname": "Žukas", "personal_code": ""})
    assert blind.status_code in (302, 422)
    assert "39001010018" in desk.browser(reader).get(card).text


def test_one_field_is_edited_in_place_with_and_without_scripts(desk, clerk, add_client):
    client = add_client(desk, clerk)
    browser = desk.browser(clerk.user_id)
    place = f"/clients/{client.id}/field/phone"
    fragment = browser.get(place, headers=HTMX).text
    assert "<html" not in fragment
    assert 'name="phone"' in fragment
    saved = browser.post(place, data={"phone": "8 612 34567", "version": "1"}, headers=HTMX)
    assert saved.status_code == 200
    assert 'id="value-phone"' in saved.text
    assert 'hx-swap-oob="true"' in saved.text
    assert "<html" in browser.get(place).text
    assert browser.post(place, data={"phone": "8 612 34568", "version": "2"}).location == f"/clients/{client.id}"
    refused = browser.post(place, data={"phone": "no digits", "version": "3"}, headers=HTMX)
    assert refused.status_code == 422
    assert "A phone number has digits" in refused.text
    assert "no digits" in refused.text


@pytest.mark.parametrize("name", ["number", "name", "state", "nothing", "manager", "personal_code"])
def test_what_may_not_be_written_has_no_place(desk, clerk, add_client, name):
    client = add_client(desk, clerk)
    browser = desk.browser(clerk.user_id)
    assert browser.get(f"/clients/{client.id}/field/{name}").status_code == 404
    assert browser.post(f"/clients/{client.id}/field/{name}", data={name: "1"}).status_code == 404


@pytest.mark.catalogue("X-30")
def test_the_second_of_two_editors_sees_both_values_and_loses_nothing(desk, clerk, add_client):
    client = add_client(desk, clerk, activity="Windows")
    other = desk.add_user(permissions=CLERK, reach="all", name="Jonas Žukas")
    base = {"kind": "company", "company_name": "UAB „Langų namai“", "country": "LT", "registration_code": "302345671"}
    base |= {"relationship": "existing", "registered_on": str(client.registered_on)}
    base |= {"activity": "Windows", "version": "1"}
    place = f"/clients/{client.id}/edit"
    theirs = {**base, "phone": "+370 612 11111", "activity": "Windows and doors"}
    assert desk.browser(other).post(place, data=theirs).status_code == 302
    mine = desk.browser(clerk.user_id)
    answer = mine.post(place, data={**base, "phone": "+370 612 22222", "notes": "Typed by me"})
    assert answer.status_code == 409
    for word in ("Jonas Žukas", "+370 612 11111", "+370 612 22222", "Typed by me", 'value="Windows and doors"'):
        assert word in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    merged = {**base, "version": "2", "activity": "Windows and doors", "notes": "Typed by me"}
    merged["phone"] = "+370 612 22222"
    assert mine.post(place, data=merged).status_code == 302
    card = mine.get(f"/clients/{client.id}").text
    for word in ("+370 612 22222", "Typed by me", "Windows and doors"):
        assert word in card


@pytest.mark.catalogue("X-30", part="disjoint fields are merged")
def test_two_editors_of_different_fields_are_both_saved(desk, clerk, add_client):
    client = add_client(desk, clerk)
    browser = desk.browser(clerk.user_id)
    for name, value in (("phone", "+370 612 11111"), ("activity", "Windows")):
        answer = browser.post(f"/clients/{client.id}/field/{name}", data={name: value, "version": "1"})
        assert answer.status_code == 302
    card = browser.get(f"/clients/{client.id}").text
    assert "+370 612 11111" in card
    assert "Windows" in card


@pytest.mark.catalogue("CL-17")
@pytest.mark.catalogue("CORE-13")
def test_the_log_says_who_changed_which_field_from_what_to_what(desk, clerk, add_client):
    client = add_client(desk, clerk)
    browser = desk.browser(clerk.user_id)
    browser.post(f"/clients/{client.id}/field/importance", data={"importance": "a", "version": "1"})
    log = browser.get(f"/clients/{client.id}/log").text
    assert "Ona Kazlienė" in log
    assert "Client added" in log
    assert re.search(r"<th scope=\"row\">Importance</th>.*A: most important", log)


def test_the_log_is_paged(desk, clerk, add_client):
    client = add_client(desk, clerk)
    for number in range(60):
        with desk.database.transaction(clerk) as session:
            change_client(session, client.id, {"notes": f"Remark {number}."})
    browser = desk.browser(clerk.user_id)
    first = browser.get(f"/clients/{client.id}/log").text
    assert "Remark 59." in first
    assert "Remark 5." not in first
    older = re.search(r"/log\?before=\d+", first)[0]
    second = browser.get(f"/clients/{client.id}{older}").text
    assert "Remark 5." in second
    assert "Older" in first
    assert "Older" not in second
    assert len(statements_of(desk, lambda: browser.get(f"/clients/{client.id}/log"))) <= 8


@pytest.mark.catalogue("CL-50", part="only with the right")
def test_the_manager_changes_only_with_the_right(desk, clerk, add_client):
    client = add_client(desk, clerk)
    head = desk.add_user(permissions=(*CLERK, CHANGE_MANAGER), reach="all", name="Rasa Vadovė")
    assert 'name="manager"' not in desk.browser(clerk.user_id).get(f"/clients/{client.id}/edit").text
    answer = desk.browser(head).post(f"/clients/{client.id}/field/manager", data={"manager": str(head), "version": "1"})
    assert answer.status_code == 302
    log = desk.browser(head).get(f"/clients/{client.id}/log").text
    assert re.search(r"Manager</th>.*Ona Kazlienė.*Rasa Vadovė", log)
    assert desk.browser(clerk.user_id).get(f"/clients/{client.id}").status_code == 404


def test_clients_out_of_reach_do_not_exist(desk, clerk, add_client):
    client = add_client(desk, clerk)
    stranger = desk.browser(desk.add_user(permissions=(*CLERK, SHARE)))
    for part in ("", "/edit", "/log", "/field/phone", "/shares/new"):
        assert stranger.get(f"/clients/{client.id}{part}").status_code == 404
        if part in ("/edit", "/field/phone", "/shares/new"):
            assert stranger.post(f"/clients/{client.id}{part}", data={"phone": "1"}).status_code == 404
    assert desk.browser().get(f"/clients/{client.id}").status_code in (302, 401)


def test_a_shared_client_is_seen_until_the_share_ends(desk, clerk, add_client):
    client = add_client(desk, clerk)
    head = desk.add_user(permissions=(*CLERK, SHARE), reach="all")
    helper = desk.add_user(permissions=(VIEW,), name="Jonas Padėjėjas")
    boss = desk.browser(head)
    bad = boss.post(f"/clients/{client.id}/shares/new", data={"user": str(helper), "reason": "", "until": "2020-01-01"})
    assert bad.status_code == 422
    good = {"user": str(helper), "reason": "Holidays", "until": ""}
    assert boss.post(f"/clients/{client.id}/shares/new", data=good).status_code == 302
    assert desk.browser(helper).get(f"/clients/{client.id}").status_code == 200
    card = boss.get(f"/clients/{client.id}").text
    assert "Jonas Padėjėjas" in card
    end = re.search(r"/clients/shares/\d+/end", card)[0]
    assert desk.browser(helper).post(end).status_code == 403
    assert boss.post(end).status_code == 302
    assert desk.browser(helper).get(f"/clients/{client.id}").status_code == 404


def test_a_share_ends_by_itself(desk, clerk, add_client):
    client = add_client(desk, clerk)
    sharer = desk.actor(desk.add_user(permissions=(VIEW, SHARE), reach="all"))
    helper = desk.add_user(permissions=(VIEW,))
    with desk.database.transaction(sharer) as session:
        share_client(session, client.id, helper, "Holidays", until=utc_now().date())
    reader = desk.actor(helper)
    with desk.database.reading(reader) as session:
        assert find_or_none(session, Client, client.id) is not None
    with at_moment(utc_now() + timedelta(days=1)), desk.database.reading(reader) as session:
        assert find_or_none(session, Client, client.id) is None


def test_archive_asks_first_and_is_taken_back(desk, add_client):
    keeper = desk.actor(desk.add_user(permissions=(*CLERK, ARCHIVE)))
    client = add_client(desk, keeper)
    browser = desk.browser(keeper.user_id)
    place = f"/actions/clients/archive?kind=clients.client&id={client.id}"
    assert "Nothing is deleted" in browser.get(place).text
    assert browser.post(place, data={"confirmed": "1"}).status_code == 302
    card = browser.get(f"/clients/{client.id}").text
    assert "archived" in card
    assert "/actions/clients/restore" in card
    assert browser.post(f"/actions/clients/restore?kind=clients.client&id={client.id}").status_code == 302
    assert "/actions/clients/archive" in browser.get(f"/clients/{client.id}").text


@pytest.mark.catalogue("CL-01")
def test_existing_and_potential_clients_share_one_registry(desk, clerk):
    browser = desk.browser(clerk.user_id)
    form = {"kind": "company", "registered_on": "2026-01-05", "country": "LT", "importance": "b"}
    asked = browser.post("/clients/new", data={**form, "company_name": "UAB Klausia", "relationship": "potential"})
    bought = browser.post("/clients/new", data={**form, "company_name": "UAB Perka", "relationship": "existing"})
    assert "Potential client" in browser.get(asked.location).text
    assert "Potential client" not in browser.get(bought.location).text
    sold = browser.post(f"{asked.location}/field/relationship", data={"relationship": "existing", "version": "1"})
    assert sold.status_code == 302
    assert "Existing client" in browser.get(asked.location).text


@pytest.mark.catalogue("CL-50", part="the creator is the manager")
def test_the_creator_is_the_manager(desk, clerk):
    browser = desk.browser(clerk.user_id)
    form = {"kind": "company", "company_name": "UAB A", "relationship": "existing", "registered_on": "2026-01-05"}
    stranger = desk.add_user(permissions=CLERK)
    saved = browser.post("/clients/new", data={**form, "manager": str(stranger)})
    assert re.search(r"Manager: </span><span>Ona Kazlienė", browser.get(saved.location).text)
