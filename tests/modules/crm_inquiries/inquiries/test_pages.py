"""Pages of inquiries: registered in three clicks with the next action, listed with who works on them, moved, closed."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.records import RecordRef
from kartoteka.api.work import files_of_record
from kartoteka.builtin.users.service import change_profile
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, INQUIRY, SOURCES
from kartoteka_crm_inquiries.processes.models import Stage
from tests.modules.crm_inquiries.conftest import InquiryHouse

NEW = "/crm_inquiries/inquiries/new"


def typed(page: str, **values: Any) -> dict[str, Any]:
    """Return what a browser sends of a form that was opened, with values typed into it."""
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and name[1] not in ("csrf_token", "files", "q") and not (kind and kind[1] in ("radio", "checkbox")):
            sent[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {**sent, **values}


def inquiries(house: Any) -> list[Inquiry]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Inquiry).order_by(Inquiry.id)))


def activities(house: Any, inquiry_id: int) -> list[Activity]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Activity).where(Activity.inquiry_id == inquiry_id).order_by(Activity.id)))


@pytest.mark.catalogue("IN-01")
def test_an_inquiry_is_registered_with_the_next_action_that_the_form_holds(house: Any) -> None:
    client_id = house.client()
    page = house.browser.get(NEW).text
    assert 'id="client"' in page
    assert page.index("autofocus") < page.index('name="subject"')
    offered = house.browser.get("/crm_inquiries/inquiries/askers?client=uvedra", headers={"HX-Request": "true"}).text
    assert f'value="{client_id}" checked' in offered
    sent = typed(page, client="uvedra", client_id=client_id, subject="Website", goods="services", client_number="K-9")
    sent["description"] = "A shop\nwith payments"
    answer = house.browser.post(NEW, data=sent)
    (inquiry,) = inquiries(house)
    assert answer.location == f"/crm_inquiries/inquiries/{inquiry.id}"
    assert re.fullmatch(r"U\d{4}-00001", inquiry.number)
    assert (inquiry.client_number, inquiry.goods, inquiry.description) == ("K-9", "services", "A shop\nwith payments")
    (call,) = activities(house, inquiry.id)
    assert (call.performer_id, call.name) == (house.user_id, "Phone call")
    assert call.starts_at > utc_now()
    shown = house.browser.get(answer.location).text
    for text in (inquiry.number, "Website", "with payments", "Phone call", "UAB Žuvėdra", "K-9", "Services"):
        assert text in shown


def test_what_comes_next_is_named_in_the_readers_language(house: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [ACTIVITY_KINDS])
        for kind in session.scalars(select(DirectoryEntry).where(DirectoryEntry.directory == ACTIVITY_KINDS)):
            kind.titles = {"lt": f"{kind.name} lietuviškai"}
        change_profile(session, house.user_id, {"language": "lt"})
    house.browser.post(NEW, data=typed(house.browser.get(NEW).text, client_id=house.client(), subject="Roof"))
    (inquiry,) = inquiries(house)
    (call,) = activities(house, inquiry.id)
    page = house.browser.get(f"/crm_inquiries/inquiries/{inquiry.id}").text
    assert re.search(rf"{call.number} · [\w ]+ lietuviškai", page)


@pytest.mark.catalogue("IN-01")
def test_somebody_unknown_becomes_a_potential_client_in_the_same_form(house: Any) -> None:
    sent = typed(house.browser.get(NEW).text, client="Jonas Petraitis", subject="Roof", new_kind="person")
    sent |= {"new_phone": "+370 612 34567", "new_email": "jonas@example.com"}
    assert house.browser.post(NEW, data=sent).status_code == 302
    with house.reading() as session:
        client = session.scalars(select(Client)).one()
        assert (client.name, client.relationship) == ("Petraitis Jonas", "potential")
        assert (client.email, client.kind) == ("jonas@example.com", "person")
    again = house.browser.post(NEW, data={**sent, "client": "J. Petraitis", "client_id": "new"})
    assert again.status_code == 422
    assert "The same phone number" in again.text
    assert len(inquiries(house)) == 1
    kept = house.browser.post(
        NEW, data={**sent, "client": "J. Petraitis", "client_id": "new", "accept_duplicates": "y"}
    )
    assert kept.status_code == 302
    assert len(inquiries(house)) == 2


def test_who_is_meant_is_asked_without_javascript(house: Any) -> None:
    house.client("UAB Banga")
    second = house.client("UAB Banga Pietūs")
    sent = typed(house.browser.get(NEW).text, client="banga", subject="Boat")
    answer = house.browser.post(NEW, data=sent)
    assert answer.status_code == 422
    assert "Who is meant?" in answer.text
    assert inquiries(house) == []
    assert house.browser.post(NEW, data={**sent, "client_id": second}).status_code == 302
    assert inquiries(house)[0].client_id == second


def test_wrong_values_stand_beside_their_fields_and_nothing_is_lost(house: Any) -> None:
    client_id = house.client()
    sent = typed(house.browser.get(f"{NEW}?client={client_id}").text, subject="", value="much", line_text="Kept line")
    answer = house.browser.post(f"{NEW}?client={client_id}", data=sent)
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    assert "Kept line" in answer.text
    assert inquiries(house) == []
    assert house.browser.get(f"{NEW}?client=999999").status_code == 404
    assert house.browser.get(f"{NEW}?client=0").status_code == 404


def test_lines_are_added_and_removed_without_javascript(house: Any) -> None:
    client_id = house.client()
    path = f"{NEW}?client={client_id}"
    sent = typed(house.browser.get(path).text, subject="Shop", line_text="First")
    more = house.browser.post(path, data={**sent, "do": "add-line"}).text
    assert more.count('name="line_text"') == 2
    less = house.browser.post(path, data={**sent, "do": "remove-line:0"}).text
    assert "First" not in less
    rows = {"line_text": ["First", "Second"], "line_quantity": ["2,5", "1"], "line_unit": ["h", "pcs"]}
    assert house.browser.post(path, data={**sent, **rows}).status_code == 302
    with house.reading() as session:
        lines = session.scalars(select(InquiryLine).order_by(InquiryLine.position))
        assert [(one.text, str(one.quantity), one.unit) for one in lines] == [
            ("First", "2.500", "h"),
            ("Second", "1.000", "pcs"),
        ]


@pytest.mark.catalogue("IN-02")
def test_the_letter_of_the_client_and_files_are_attached(house: Any) -> None:
    client_id = house.client()
    path = f"{NEW}?client={client_id}"
    sent = typed(house.browser.get(path).text, subject="Shop")
    files = [(BytesIO(b"letter"), "letter.pdf"), (BytesIO(b"plan"), "plan.pdf")]
    answer = house.browser.post(path, data={**sent, "files": files}, content_type="multipart/form-data")
    inquiry = inquiries(house)[0]
    more = {"files": (BytesIO(b"later"), "later.pdf")}
    added = house.browser.post(f"{answer.location}/files", data=more, content_type="multipart/form-data")
    assert added.status_code == 302
    with house.reading() as session:
        titles = {one.title for one in files_of_record(session, RecordRef(INQUIRY, inquiry.id))}
    assert titles == {"letter", "plan", "later"}
    page = house.browser.get(answer.location).text
    assert all(title in page for title in titles)


@pytest.mark.catalogue("IN-03")
def test_a_tender_has_source_and_deadline_which_makes_a_reminder_and_won_it_makes_an_order(house: Any) -> None:
    client_id = house.client()
    path = f"/crm_inquiries/tenders/new?client={client_id}"
    sent = typed(house.browser.get(path).text, subject="School windows", value="12000", published_on="2026-11-20")
    deadline = (utc_now() + timedelta(days=20)).strftime("%Y-%m-%dT12:00")
    sent |= {"link": "https://tenders.example/77", "deadline": deadline, "line_text": "Window", "line_quantity": "40"}
    answer = house.browser.post(path, data=sent)
    (tender,) = inquiries(house)
    assert tender.number.startswith("T")
    assert (str(tender.value), str(tender.published_on)) == ("12000.00", "2026-11-20")
    reminder = next(one for one in activities(house, tender.id) if one.due_at == tender.deadline)
    assert reminder.remind == 24 * 60
    page = house.browser.get(answer.location).text
    for text in ("Found", "Preparing", "Submitted", "Won", "Lost", "https://tenders.example/77"):
        assert text in page
    with house.reading() as session:
        submitted = session.scalars(select(Stage).where(Stage.name == "Submitted")).one().id
    assert house.browser.post(f"{answer.location}/stage/{submitted}").status_code == 302
    won = house.browser.post(f"{answer.location}/close", data={"outcome": "won", "value": "11500"})
    assert won.status_code == 302
    closed, order = inquiries(house)
    assert (closed.outcome, str(closed.value)) == ("won", "11500.00")
    assert (order.sort, order.parent_id, order.client_id, str(order.value)) == (
        "order",
        tender.id,
        client_id,
        "11500.00",
    )
    with house.reading() as session:
        lines = session.scalars(select(InquiryLine.text).where(InquiryLine.inquiry_id == order.id)).all()
    assert lines == ["Window"]


@pytest.mark.catalogue("IN-04")
def test_an_order_goes_to_production_from_the_card(house: Any) -> None:
    client_id = house.client()
    tab = house.browser.get(f"/crm_inquiries/clients/{client_id}/inquiries").text
    path = f"/crm_inquiries/orders/new?client={client_id}"
    assert path in tab
    sent = typed(house.browser.get(path).text, subject="Doors", to_production="y", deadline="2026-12-20T10:00")
    assert house.browser.post(path, data=sent).status_code == 302
    (order,) = inquiries(house)
    assert (order.sort, order.to_production) == ("order", True)
    assert order.number.startswith("O")
    inquiry_id = house.inquiry(client_id, subject="Windows", value="300")
    action = f"/actions/crm_inquiries/make_order?kind={INQUIRY}&id={inquiry_id}"
    made = typed(house.browser.get(action).text, close="y")
    assert house.browser.post(action, data=made).status_code == 302
    found = {one.id: one for one in inquiries(house)}
    assert found[inquiry_id].outcome == "won"
    assert [one.sort for one in found.values() if one.parent_id == inquiry_id] == ["order"]


@pytest.mark.catalogue("IN-11")
def test_the_list_says_who_works_on_each_inquiry_and_what_stands_still(house: Any) -> None:
    client_id = house.client()
    mine = house.inquiry(client_id, subject="Mine")
    old = house.inquiry(client_id, subject="Old", value="40")
    with house.company.database.transaction(house.company.system) as session:
        session.scalars(select(Inquiry).where(Inquiry.id == mine)).one().value = 2
        forgotten = session.scalars(select(Inquiry).where(Inquiry.id == old)).one()
        forgotten.manager_id, forgotten.moved_at = None, utc_now() - timedelta(days=30)
    page = house.browser.get("/crm_inquiries/inquiries/").text
    assert '<span class="k-badge k-overdue">nobody</span>' in page
    assert "Ona Onaitė" in page
    assert ">30<" in page
    assert "42.00 EUR" in page
    for query, shown, hidden in (
        ("attention=nobody", "Old", "Mine"),
        ("attention=still", "Old", "Mine"),
        (f"manager_id={house.user_id}", "Mine", "Old"),
    ):
        found = house.browser.get(f"/crm_inquiries/inquiries/?{query}").text
        assert f">{shown}</a>" in found, query
        assert f">{hidden}</a>" not in found, query


@pytest.mark.catalogue("CL-19")
@pytest.mark.catalogue("CL-28")
def test_the_card_counts_lists_and_registers_inquiries(house: Any) -> None:
    client_id = house.client()
    house.inquiry(client_id, subject="Website")
    house.inquiry(client_id, subject="Doors", sort="order")
    path = f"/crm_inquiries/clients/{client_id}/inquiries"
    page = house.browser.get(path).text
    assert 'Inquiries <span class="k-tab-count">2</span>' in page
    assert "Website" in page
    assert "Doors" not in house.browser.get(f"{path}?sort=inquiry").text
    for what in ("inquiries", "orders", "tenders"):
        assert f"/crm_inquiries/{what}/new?client={client_id}" in page
    assert house.stranger.get(path).status_code == 404


@pytest.mark.catalogue("IN-48")
def test_where_the_client_heard_of_us_is_recorded(house: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [SOURCES])
        fair = session.scalars(
            select(DirectoryEntry.id).where(DirectoryEntry.directory == SOURCES, DirectoryEntry.code == "fair")
        ).one()
    client_id = house.client()
    path = f"{NEW}?client={client_id}"
    answer = house.browser.post(path, data=typed(house.browser.get(path).text, subject="Shop", source_id=fair))
    assert inquiries(house)[0].source_id == fair
    assert "Trade fair" in house.browser.get(answer.location).text
    found = house.browser.get(f"/crm_inquiries/inquiries/?source_id={fair}").text
    assert ">Shop</a>" in found


@pytest.mark.catalogue("CORE-27")
def test_an_inquiry_is_passed_on_with_a_note_and_the_colleague_is_told(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    action = f"/actions/crm_inquiries/hand_over_inquiries?kind={INQUIRY}&id={inquiry_id}"
    sent = typed(house.browser.get(action).text, user_id=house.other_id, note="She knows the client")
    assert house.browser.post(action, data=sent).status_code == 302
    assert inquiries(house)[0].manager_id == house.other_id
    assert activities(house, inquiry_id)[0].performer_id == house.other_id
    bell = house.stranger.get("/notifications/").text
    assert "She knows the client" in bell
    assert "She knows the client" in house.stranger.get(f"/crm_inquiries/inquiries/{inquiry_id}/timeline").text


def test_a_stage_asks_for_what_it_requires(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    with house.company.database.transaction(house.company.system) as session:
        stage = session.scalars(select(Stage).where(Stage.name == "Offer")).one()
        stage.required, stage_id = ["value"], stage.id
    path = f"/crm_inquiries/inquiries/{inquiry_id}/stage/{stage_id}"
    assert "Value" in house.browser.get(path).text
    assert house.browser.post(path, data={"value": ""}).status_code == 422
    assert house.browser.post(path, data={"value": "900"}).status_code == 302
    assert inquiries(house)[0].stage_id == stage_id


def test_an_inquiry_is_closed_with_a_reason_and_opened_again(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    path = f"/crm_inquiries/inquiries/{inquiry_id}"
    assert house.browser.post(f"{path}/close", data={"outcome": "lost"}).status_code == 422
    assert house.browser.post(f"{path}/close", data={"outcome": "lost", "reason_text": "Too dear"}).status_code == 302
    page = house.browser.get(path).text
    assert "Too dear" in page
    action = f"/actions/crm_inquiries/reopen_inquiry?kind={INQUIRY}&id={inquiry_id}"
    assert house.browser.post(action, data=typed(house.browser.get(action).text)).status_code == 302
    assert inquiries(house)[0].closed_at is None


def test_an_inquiry_is_changed_with_its_lines(house: Any) -> None:
    inquiry_id = house.inquiry(house.client(), lines=[{"text": "One"}])
    path = f"/crm_inquiries/inquiries/{inquiry_id}/edit"
    sent = typed(house.browser.get(path).text, subject="Shop", line_text="Two")
    assert house.browser.post(path, data=sent).status_code == 302
    assert inquiries(house)[0].subject == "Shop"
    assert "Two" in house.browser.get(f"/crm_inquiries/inquiries/{inquiry_id}").text


def test_inquiries_of_others_are_not_there(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    for path in ("", "/edit", "/close", "/stage/1"):
        assert house.stranger.get(f"/crm_inquiries/inquiries/{inquiry_id}{path}").status_code == 404, path


def test_everything_is_begun_by_key_from_any_page(house: Any) -> None:
    page = house.browser.get("/crm_inquiries/inquiries/").text
    assert 'href="/crm_inquiries/inquiries/new" data-k-keys="n i"' in page
    assert 'class="k-head-button k-head-begin" href="/crm_inquiries/inquiries/new"' in page


@pytest.mark.needs_module("crm_clients")
def test_the_person_who_asks_is_chosen_among_those_of_the_client(company: Any) -> None:
    from kartoteka_crm_clients.service import add_contact

    house = InquiryHouse(company(modules=["crm_clients", "crm_inquiries"]))
    house.browser = house.company.browser(house.company.add_user("administrator", login="rasa"))
    client_id = house.client()
    with house.company.database.transaction(house.company.system) as session:
        contact = add_contact(session, client_id, {"first_name": "Jonas", "surname": "Jonaitis"}).id
    path = f"{NEW}?client={client_id}"
    page = house.browser.get(path).text
    assert "Jonaitis" in page
    sent = typed(page, subject="Shop", person=f"crm_clients.contact:{contact}")
    answer = house.browser.post(path, data=sent)
    assert inquiries(house)[0].person == RecordRef("crm_clients.contact", contact)
    assert activities(house, inquiries(house)[0].id)[0].person == RecordRef("crm_clients.contact", contact)
    assert "Jonaitis" in house.browser.get(answer.location).text
    edit = typed(house.browser.get(f"{answer.location}/edit").text, subject="Shop 2")
    assert house.browser.post(f"{answer.location}/edit", data=edit).status_code == 302
    assert inquiries(house)[0].person == RecordRef("crm_clients.contact", contact)
