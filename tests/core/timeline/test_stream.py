"""The stream of a client: entries of every source in one order, their rights, pins and pages (X-12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.streams import PAGE, Place
from kartoteka.db.session import as_system
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from tests.installed import installed

CONTACT = "crm_clients.contact"
SELLER = ("clients.view", "crm_clients.view", "timeline.view", "timeline.write")


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=installed("crm_clients"))


def add_contact(company: Company, client_id: int, surname: str = "Onaitė") -> int:
    from kartoteka_crm_clients.models import Contact

    with company.database.transaction(company.system, "Contact added") as session:
        contact = Contact(client_id=client_id, surname=surname)
        session.add(contact)
        session.flush()
        return contact.id


def write_many(company: Company, client_id: int, number: int, begin: datetime) -> None:
    """Write notes two by two at the same moment, so that only the id tells their order."""
    rows = [
        {
            "about_kind": "clients.client",
            "about_id": client_id,
            "client_id": client_id,
            "needs": "",
            "text": f"note {index:05}",
            "mentions": [],
            "created_at": begin + timedelta(minutes=index // 2),
            "version": 1,
        }
        for index in range(number)
    ]
    with company.database.transaction(company.system) as session, as_system(session, reason="test"):
        session.execute(insert(Note.__table__), rows)


@pytest.mark.catalogue("X-12")
def test_notes_and_changes_stand_in_one_stream_once(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    browser = made.browser(anna)
    url = f"/clients/{client.id}/timeline"
    assert "Client added" in browser.get(url).text
    sent = browser.post(url, data={"do": "add:timeline.notes", "text": "Call after five.\n<b>not before</b>"})
    assert sent.status_code == 302
    page = browser.get(url).text
    assert page.index("Call after five.") < page.index("Client added")
    assert page.count("Call after five.") == 1
    assert "&lt;b&gt;not before" in page
    only = browser.get(f"{url}?only=timeline.changes").text
    assert "Call after five." not in only
    assert "Client added" in only
    assert "Client added" not in browser.get(f"{url}?only=timeline.notes").text


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-12")
def test_what_happens_to_a_contact_is_on_its_own_stream_and_on_the_clients_once(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    contact = add_contact(made, client.id)
    browser = made.browser(anna)
    own = f"/timeline/of/{CONTACT}/{contact}"
    assert browser.post(own, data={"do": "add:timeline.notes", "text": "Speaks German"}).status_code == 302
    for url in (own, f"/clients/{client.id}/timeline"):
        assert browser.get(url).text.count("Speaks German") == 1
        assert "Contact added" in browser.get(url).text
    assert "Onaitė" in browser.get(f"/clients/{client.id}/timeline").text
    made.switch("crm_clients", on=False)
    page = browser.get(f"/clients/{client.id}/timeline").text
    assert "Speaks German" not in page
    assert "Contact added" not in page
    assert browser.get(own).status_code == 404


@pytest.mark.needs_module("crm_clients")
def test_who_lacks_the_right_to_a_record_reads_no_notes_on_it(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    contact = add_contact(made, client.id)
    made.browser(anna).post(f"/timeline/of/{CONTACT}/{contact}", data={"do": "add:timeline.notes", "text": "Secret"})
    clerk = made.add_user(permissions=["clients.view", "timeline.view"], reach="all")
    page = made.browser(clerk).get(f"/clients/{client.id}/timeline").text
    assert "Client added" in page
    assert "Secret" not in page
    assert "Contact added" not in page
    assert made.browser(clerk).get("/timeline/notes/1").status_code == 404
    blind = made.add_user(permissions=["clients.view"], reach="all")
    made.browser(anna).post(f"/clients/{client.id}/timeline", data={"do": "add:timeline.notes", "text": "Open word"})
    assert "Open word" in made.browser(clerk).get(f"/clients/{client.id}/timeline").text
    assert "Open word" not in made.browser(blind).get(f"/clients/{client.id}/timeline").text
    stranger = made.add_user(permissions=SELLER)
    assert made.browser(stranger).get(f"/clients/{client.id}/timeline").status_code == 404
    sent = made.browser(stranger).post(
        f"/timeline/of/clients.client/{client.id}", data={"do": "add:timeline.notes", "text": "x"}
    )
    assert sent.status_code == 404


@pytest.mark.catalogue("X-12")
def test_five_thousand_entries_go_back_page_by_page(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    write_many(made, client.id, 5000, datetime(2020, 1, 1, tzinfo=UTC))
    browser = made.browser(anna)
    url = f"/clients/{client.id}/timeline?only=timeline.notes"
    browser.get(url)
    with counted_statements(made.database) as first:
        page = browser.get(url).text
    assert "note 04999" in page
    assert page.index("note 04999") < page.index("note 04998") < page.index(f"note {5000 - PAGE:05}")
    assert f"note {4999 - PAGE:05}" not in page
    place = Place(datetime(2020, 1, 1, 1, tzinfo=UTC), "timeline.notes", 101)
    with counted_statements(made.database) as late:
        page = browser.get(f"{url}&before={place}").text
    assert len(page) < 80_000
    assert len(late) <= len(first) <= 12
    seen, before = 0, ""
    for _page in range(3):
        page = browser.get(f"{url}{before}").text
        seen += page.count("note 0")
        before = "&before=" + page.rpartition("?before=")[2].partition("&amp;")[0]
    assert seen == 3 * PAGE


@pytest.mark.catalogue("X-12")
def test_what_matters_is_pinned_to_the_top(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    write_many(made, client.id, 100, datetime(2020, 1, 1, tzinfo=UTC))
    browser, url = made.browser(anna), f"/clients/{client.id}/timeline"
    assert "note 00000" not in browser.get(url).text
    assert browser.post(url, data={"do": "pin:timeline.notes-1"}).status_code == 302
    browser.post(url, data={"do": "pin:timeline.notes-1"})
    page = browser.get(url).text
    assert page.count("note 00000") == 1
    assert page.index("note 00000") < page.index("note 00099")
    reader = made.add_user(permissions=["clients.view"], reach="all")
    assert "note 00000" not in made.browser(reader).get(url).text
    assert made.browser(reader).post(url, data={"do": "unpin:timeline.notes-1"}).status_code == 403
    browser.post(url, data={"do": "unpin:timeline.notes-1"})
    assert "note 00000" not in browser.get(url).text


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "pin:timeline.notes-999"},
        {"do": "pin:nonsense-1"},
        {"do": "pin:timeline.notes-x"},
        {"do": "unpin:-"},
        {"do": "add:timeline.changes"},
        {"do": "add:"},
    ],
)
def test_nonsense_is_not_found(made: Company, sent: dict[str, str]) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    assert made.browser(anna).post(f"/clients/{client.id}/timeline", data=sent).status_code == 404


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999-a.b-1", "only=nothing", "add=nothing", "before=1-a.b-0"]
)
def test_nonsense_in_the_address_shows_the_stream(made: Company, query: str) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    assert made.browser(anna).get(f"/clients/{client.id}/timeline?{query}").status_code == 200


def test_an_empty_or_endless_note_is_refused_and_kept_in_the_form(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    browser, url = made.browser(anna), f"/clients/{client.id}/timeline"
    assert browser.post(url, data={"do": "add:timeline.notes", "text": "  "}).status_code == 422
    answer = browser.post(url, data={"do": "add:timeline.notes", "text": "long " * 2001})
    assert answer.status_code == 422
    assert "long long" in answer.text


def test_notes_are_changed_and_deleted_by_their_author_or_who_may(made: Company) -> None:
    anna = made.add_user(permissions=SELLER, reach="all")
    other = made.add_user(permissions=SELLER, reach="all")
    chief = made.add_user(permissions=(*SELLER, "timeline.change_notes"), reach="all")
    client = made.add_client("UAB Langai")
    url = f"/clients/{client.id}/timeline"
    made.browser(anna).post(url, data={"do": "add:timeline.notes", "text": "first"})
    assert "/timeline/notes/1/edit" in made.browser(anna).get(url).text
    assert "/timeline/notes/1/edit" not in made.browser(other).get(url).text
    assert made.browser(other).post("/timeline/notes/1/delete").status_code == 403
    assert made.browser(other).post("/timeline/notes/1/edit", data={"text": "x"}).status_code == 403
    page = made.browser(anna).get("/timeline/notes/1/edit").text
    assert "first" in page
    changed = made.browser(chief).post("/timeline/notes/1/edit", data={"text": "amended", "version": "1"})
    assert changed.location == url
    assert "amended" in made.browser(anna).get(url).text
    assert made.browser(anna).post("/timeline/notes/1/edit", data={"text": "third", "version": "1"}).status_code == 422
    assert made.browser(anna).post("/timeline/notes/1/delete").status_code == 302
    assert "amended" not in made.browser(anna).get(url).text
