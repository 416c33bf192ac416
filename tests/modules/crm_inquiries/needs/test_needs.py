"""Interests, needs and appeals of clients are noted, processed and analysed (IN-07)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.errors import Forbidden, InvalidInput, NotFound
from kartoteka.api.records import Period
from kartoteka_crm_inquiries.naming import APPEAL_RESULTS, APPEAL_SUBJECTS, CHANNELS, PRODUCT_GROUPS
from kartoteka_crm_inquiries.needs import service
from kartoteka_crm_inquiries.needs.models import Appeal, Need
from kartoteka_crm_inquiries.needs.reports import appeals_behind, list_appeals

DIRECTORIES = [APPEAL_RESULTS, APPEAL_SUBJECTS, CHANNELS, PRODUCT_GROUPS]


@pytest.fixture
def entries(house: Any) -> dict[tuple[str, str], int]:
    """Return the entries that the directories begin with, by directory and code."""
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, DIRECTORIES)
        rows = session.execute(select(DirectoryEntry.directory, DirectoryEntry.code, DirectoryEntry.id))
        return {(row.directory, row.code): row.id for row in rows}


def needs(house: Any) -> list[Need]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Need).order_by(Need.id)))


def appeals(house: Any) -> list[Appeal]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Appeal).order_by(Appeal.id)))


@pytest.mark.catalogue("IN-07")
def test_interests_of_new_clients_and_needs_of_existing_ones_are_noted(house: Any, entries: Any) -> None:
    old, new = house.client("UAB Senas"), house.client("UAB Naujas", relationship="potential")
    group = entries[PRODUCT_GROUPS, "equipment"]
    for client_id, sort in ((old, "need"), (new, "interest")):
        path = f"/crm_inquiries/clients/{client_id}/needs/new"
        assert f'value="{sort}" selected' in house.browser.get(path).text
        sent = {"group_id": group, "text": "A crane", "sort": sort, "noted_on": "2026-11-20"}
        assert house.browser.post(path, data=sent).status_code == 302
    assert [(one.client_id, one.sort, one.group_id, one.noted_on) for one in needs(house)] == [
        (old, "need", group, date(2026, 11, 20)),
        (new, "interest", group, date(2026, 11, 20)),
    ]
    panel = house.browser.get(f"/panels/crm_inquiries/needs?record=clients.client:{old}").text
    assert "Equipment" in panel
    assert "A crane" in panel
    found = house.browser.get(f"/crm_inquiries/needs/?kind=interest&group_id={group}").text
    assert "UAB Naujas" in found
    assert "UAB Senas" not in found
    inquiry_id = house.inquiry(old)
    path = f"/crm_inquiries/clients/{old}/needs/new?inquiry={inquiry_id}"
    assert (
        house.browser.post(path, data={"text": "Service", "sort": "need", "noted_on": "2026-11-21"}).status_code == 302
    )
    assert needs(house)[-1].inquiry_id == inquiry_id
    panel = house.browser.get(f"/panels/crm_inquiries/needs_of_inquiry?record=crm_inquiries.inquiry:{inquiry_id}").text
    assert f"/crm_inquiries/needs/{needs(house)[-1].id}" in panel


@pytest.mark.catalogue("IN-07")
def test_an_appeal_has_channel_subject_state_responsible_and_result(house: Any, entries: Any) -> None:
    client_id = house.client()
    path = f"/crm_inquiries/clients/{client_id}/appeals/new"
    sent = {
        "channel_id": entries[CHANNELS, "phone"],
        "subject_id": entries[APPEAL_SUBJECTS, "delivery"],
        "text": "Where is it?",
        "received_at": "2026-11-20T10:00",
        "manager_id": house.other_id,
        "status": "new",
    }
    answer = house.browser.post(path, data=sent)
    assert answer.status_code == 302
    (appeal,) = appeals(house)
    assert (appeal.manager_id, appeal.status, appeal.done_at) == (house.other_id, "new", None)
    page = house.browser.get(answer.location).text
    for text in (appeal.number, "Phone", "Delivery", "Where is it?", "Petras Petraitis"):
        assert text in page
    edit = f"{answer.location}/edit"
    assert house.browser.post(edit, data={**sent, "status": "done"}).status_code == 422
    done = {**sent, "status": "done", "result_id": entries[APPEAL_RESULTS, "answered"]}
    assert house.browser.post(edit, data=done).status_code == 302
    assert appeals(house)[0].done_at is not None
    assert "Answered" in house.browser.get(answer.location).text


@pytest.mark.catalogue("IN-07")
def test_appeals_are_counted_by_subject_channel_and_result_and_lead_to_their_list(house: Any, entries: Any) -> None:
    client_id = house.client()
    delivery, phone = entries[APPEAL_SUBJECTS, "delivery"], entries[CHANNELS, "phone"]
    with house.writing() as session:
        for day, subject in (("2026-11-01", delivery), ("2026-11-02", delivery), ("2025-01-01", delivery)):
            values = {"subject_id": subject, "channel_id": phone, "received_at": f"{day}T10:00"}
            service.add_appeal(session, client_id, values)
        service.add_appeal(session, client_id, {"text": "Hello", "received_at": "2026-11-03T10:00"})
    query = "span=own&since=2026-11-01&until=2026-11-30"
    report = house.browser.get(f"/reports/crm_inquiries/appeals?{query}").text
    assert "Delivery" in report
    assert "Phone" in report
    with house.reading() as session:
        params = {"period": Period(date(2026, 11, 1), date(2026, 11, 30))}
        rows = list(list_appeals(session, params))
    assert sorted((str(row["subject"]), str(row["channel"]), row["number"]) for row in rows) == [
        ("Delivery", "Phone", 2),
        ("–", "–", 1),
    ]
    counted = next(row for row in rows if row["number"] == 2)
    listed = house.browser.get(appeals_behind(params, counted)).text
    assert "Total: 2" in listed
    rest = house.browser.get(appeals_behind(params, next(row for row in rows if row["number"] == 1))).text
    assert "Total: 1" in rest


def test_needs_say_something_and_rights_hold(house: Any) -> None:
    client_id = house.client()
    other = house.inquiry(house.client("UAB Kita"))
    with house.writing() as session:
        with pytest.raises(InvalidInput):
            service.add_need(session, client_id, {"text": " "})
        with pytest.raises(InvalidInput) as caught:
            service.add_need(session, client_id, {"text": "A", "inquiry_id": other})
        assert list(caught.value.errors) == ["inquiry_id"]
        need_id = service.add_need(session, client_id, {"text": "A"}).id
        appeal_id = service.add_appeal(session, client_id, {"text": "B"}).id
    reader = house.company.add_user(permissions=["clients.view", "crm_inquiries.view"], reach="all")
    with house.writing(reader) as session, pytest.raises(Forbidden):
        service.change_need(session, need_id, {"text": "C"})
    with house.writing(house.other_id) as session, pytest.raises(NotFound):
        service.change_appeal(session, appeal_id, {"text": "C"})
    for path in (f"needs/{need_id}", f"needs/{need_id}/edit", f"appeals/{appeal_id}", f"appeals/{appeal_id}/edit"):
        assert house.stranger.get(f"/crm_inquiries/{path}").status_code == 404, path
