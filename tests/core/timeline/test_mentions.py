"""Mentions and followers: only those who may see a record are offered, told and kept on (X-13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kartoteka.builtin.access.readers import readers_of
from kartoteka.builtin.mail.models import Mail
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.record import RecordRef

SELLER = ("clients.view", "clients.edit", "timeline.view", "timeline.write")


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


def note(company: Company, user_id: int, client_id: int, text: str) -> str:
    browser = company.browser(user_id)
    url = f"/clients/{client_id}/timeline"
    assert browser.post(url, data={"do": "add:timeline.notes", "text": text}).status_code == 302
    return browser.get(url).text


def told(company: Company, user_id: int) -> str:
    return company.browser(user_id).get("/notifications/").text


@pytest.mark.catalogue("X-13")
def test_only_those_who_may_read_are_offered_and_told(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    jonas = made.add_user(permissions=SELLER, reach="all", name="Jonas Jonaitis", login="jj")
    stranger = made.add_user(permissions=SELLER, name="Jonas Svetimas")
    blind = made.add_user(permissions=["clients.view"], reach="all", name="Jonas Aklas")
    client = made.add_client("UAB Langai", manager_id=anna)
    offered = made.browser(anna).get(f"/timeline/readers/clients.client/{client.id}?q=jon").json
    assert offered == [{"id": jonas, "name": "Jonas Jonaitis"}]
    page = note(made, anna, client.id, "@jonas jonaitis, @Jonas Svetimas: call (write to x@Jonas Aklas.lt)")
    assert '<span class="k-mention">@jonas jonaitis</span>' in page
    assert "Jonas Svetimas may not read it and was not told" in page
    assert "Anna Kask mentioned you in a note" in told(made, jonas)
    for other in (stranger, blind, anna):
        assert "mentioned you" not in told(made, other)
    assert made.browser(stranger).get(f"/timeline/readers/clients.client/{client.id}?q=a").status_code == 404


@pytest.mark.catalogue("X-13")
def test_followers_are_told_of_notes_and_changes_as_long_as_they_may_see(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    jonas = made.add_user(permissions=SELLER, name="Jonas Jonaitis")
    client = made.add_client("UAB Langai", manager_id=jonas)
    url = f"/clients/{client.id}/timeline"
    assert "Stop following" not in made.browser(jonas).get(url).text
    assert made.browser(jonas).post(url, data={"do": "follow"}).status_code == 302
    made.browser(jonas).post(url, data={"do": "follow"})
    assert "Stop following" in made.browser(jonas).get(url).text
    note(made, anna, client.id, "first")
    assert told(made, jonas).count("Anna Kask wrote a note") == 1
    assert "wrote a note" not in told(made, anna)


def test_changes_are_told_to_followers_by_the_page_that_saves_them(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    jonas = made.add_user(permissions=SELLER, name="Jonas Jonaitis")
    client = made.add_client("UAB Langai", manager_id=jonas)
    made.browser(jonas).post(f"/clients/{client.id}/timeline", data={"do": "follow"})
    browser = made.browser(anna)
    saved = browser.post(f"/clients/{client.id}/field/website", data={"website": "langai.lt", "version": "1"})
    assert saved.status_code in (200, 302)
    assert told(made, jonas).count("Anna Kask changed this") == 1
    assert "changed this" not in told(made, anna)
    from kartoteka.builtin.clients.service import set_manager

    with made.database.transaction(made.system) as session:
        set_manager(session, [client.id], anna)
    note(made, anna, client.id, "not for him any more")
    assert "wrote a note" not in told(made, jonas)
    made.browser(anna).post(f"/clients/{client.id}/timeline", data={"do": "unfollow"})
    assert "Stop following" not in made.browser(anna).get(f"/clients/{client.id}/timeline").text


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-13", part="contacts of a client")
def test_who_follows_a_client_hears_of_its_contacts_and_addresses(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    made.switch("crm_clients")
    rights = (*SELLER, "crm_clients.view")
    jonas = made.add_user(permissions=rights, name="Jonas Jonaitis")
    blind = made.add_user(permissions=SELLER, reach="all", name="Jonas Aklas")
    client = made.add_client("UAB Langai", manager_id=jonas)
    other = made.add_client("UAB Durys", manager_id=jonas)
    for user in (jonas, blind):
        made.browser(user).post(f"/clients/{client.id}/timeline", data={"do": "follow"})
    browser = made.browser(anna)
    contact = {"surname": "Onaitė", "role": "other", "country": "LT"}
    for one in (client, other):
        assert browser.post(f"/crm_clients/clients/{one.id}/contacts/new", data=contact).status_code == 302
    assert told(made, jonas).count("Anna Kask added this") == 1
    assert "Onaitė" in told(made, jonas)
    changed = {**contact, "surname": "Onaitienė", "version": "1"}
    assert browser.post("/crm_clients/contacts/1/edit", data=changed).status_code == 302
    assert browser.post("/crm_clients/contacts/2/edit", data=changed).status_code == 302
    assert told(made, jonas).count("Anna Kask changed this") == 1
    address = {"kind": "legal", "city": "Kaunas", "country": "LT"}
    assert browser.post(f"/crm_clients/clients/{client.id}/addresses/new", data=address).status_code == 302
    assert told(made, jonas).count("Anna Kask added this") == 2
    for user in (anna, blind):
        assert "added this" not in told(made, user)
        assert "changed this" not in told(made, user)
    from kartoteka.api.db import insert_rows
    from kartoteka.api.signals import record_created
    from kartoteka.api.work import announce

    with made.database.transaction(made.actor(anna)) as session:
        rows = [{"client_id": client.id, "surname": f"S{number}"} for number in range(20)]
        announce(session, record_created, "crm_clients.contact", ids=insert_rows(session, "crm_clients_contact", rows))
    assert told(made, jonas).count("Anna Kask added records to this client") == 1


@pytest.mark.catalogue("X-14", part="notes")
def test_the_text_of_a_note_is_found_by_those_who_may_read_it(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    jonas = made.add_user(permissions=SELLER, name="Jonas Jonaitis")
    stranger = made.add_user(permissions=SELLER, name="Jonas Svetimas")
    blind = made.add_user(permissions=["clients.view"], reach="all", name="Jonas Aklas")
    client = made.add_client("UAB Langai", manager_id=jonas)
    note(made, anna, client.id, "Wants mahogany sills by August")
    for place in ("/search/?q=mahogany", "/search/palette?q=mahogany+sills"):
        assert "UAB Langai" in made.browser(jonas).get(place).text
        for other in (stranger, blind):
            assert "UAB Langai" not in made.browser(other).get(place).text


def test_a_name_is_told_once_however_often_the_note_is_changed(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask")
    jonas = made.add_user(ADMINISTRATOR, name="Jonas Jonaitis")
    client = made.add_client("UAB Langai")
    note(made, anna, client.id, "@Jonas Jonaitis look")
    for version, text in ((1, "@Jonas Jonaitis look here"), (2, "@Jonas Jonaitis look there")):
        sent = {"text": text, "version": str(version)}
        assert made.browser(anna).post("/timeline/notes/1/edit", data=sent).status_code == 302
    assert told(made, jonas).count("mentioned you") == 1


def test_who_may_see_a_record_is_asked_for_many_users_at_once(made: Company) -> None:
    owners = [made.add_user(permissions=SELLER) for _each in range(3)]
    everybody = made.add_user(permissions=SELLER, reach="all")
    nobody = made.add_user(permissions=["timeline.view"], reach="all")
    client = made.add_client("UAB Langai", manager_id=owners[0])
    with made.database.reading(made.system) as session:
        asked = [*owners, everybody, nobody, 999]
        record = RecordRef("clients.client", client.id)
        assert readers_of(session, record, asked) == {owners[0], everybody}
        assert readers_of(session, record, asked, permission="clients.merge") == set()
        assert readers_of(session, RecordRef("clients.client", 999), asked) == set()
        assert readers_of(session, RecordRef("crm_nothing.thing", 1), asked) == set()
        assert readers_of(session, record, []) == set()


@pytest.mark.catalogue("CORE-11")
def test_a_reminder_set_on_a_record_is_seen_and_told_to_oneself_only(
    made: Company, clock: Clock, run_jobs: Callable[..., int]
) -> None:
    clock.set("2026-03-02 09:00")
    anna = made.add_user(ADMINISTRATOR, name="Anna Kask", timezone="Europe/Vilnius", email="anna@company.lt")
    other = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    url, browser = f"/clients/{client.id}/timeline", made.browser(anna)
    sent = {"do": "add:timeline.reminders", "text": "Ask about the offer", "at": "2026-03-02T08:30"}
    assert browser.post(url, data=sent).status_code == 422
    assert browser.post(url, data={**sent, "at": "nonsense"}).status_code == 422
    assert browser.post(url, data={**sent, "at": "9999-03-02T08:30"}).status_code == 422
    assert browser.post(url, data={**sent, "at": "2026-03-02T11:30"}).status_code == 302
    assert browser.post(url, data={**sent, "text": "Not any more", "at": "2026-03-02T11:00"}).status_code == 302
    assert "Ask about the offer" in browser.get(url).text
    assert "Ask about the offer" not in made.browser(other).get(url).text
    assert made.browser(other).post("/timeline/reminders/2/forget").status_code == 404
    assert browser.post("/timeline/reminders/2/forget").location == url
    run_jobs(made)
    clock.move(hours=2)
    run_jobs(made)
    assert "Ask about" not in told(made, anna)
    clock.move(minutes=31)
    run_jobs(made)
    page = told(made, anna)
    assert "Ask about the offer" in page
    assert "UAB Langai" in page
    assert "Not any more" not in page
    with made.database.reading(made.system) as session:
        assert list(session.scalars(select(Mail.recipient_line))) == ["anna@company.lt"]
