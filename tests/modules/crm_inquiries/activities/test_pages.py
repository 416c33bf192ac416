"""Pages of activities: lists, the form, one activity, finishing, handing over, calls, and the card of a client."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import add_start_entries
from kartoteka.builtin.rest.service import make_key
from kartoteka_crm_inquiries.activities import service
from kartoteka_crm_inquiries.activities.models import Activity

RIGHTS = ("crm_inquiries.view_activities", "crm_inquiries.edit_activities")
LIST = "/crm_inquiries/activities/"


def names_in(page: str) -> list[str]:
    """Return the names of the rows of a list, in their order."""
    return re.findall(r'class="k-cell-main"[^>]*>.*?<a [^>]*>([^<]+)</a>', page, re.S)


def chief_of(desk: Any) -> Any:
    """Return the browser of somebody who manages what activities use."""
    permissions = (*RIGHTS, "crm_inquiries.manage_processes")
    return desk.company.browser(desk.company.add_user(permissions=permissions, login="chief"))


def newest(desk: Any) -> Activity:
    with desk.company.database.reading(desk.company.system) as session:
        found: Activity = session.scalars(select(Activity).order_by(Activity.id.desc())).first()
        return found


@pytest.mark.catalogue("IN-16")
@pytest.mark.catalogue("IN-29")
def test_work_lists(desk: Any) -> None:
    client_id, now = desk.client(), utc_now()
    desk.activity(name="Mine late", starts_at=now - timedelta(days=2), client_id=client_id)
    desk.activity(name="Mine later", starts_at=now + timedelta(days=30))
    desk.activity(name="Given away", performer_id=desk.other_id, starts_at=now + timedelta(days=1))
    done = desk.activity(name="Done long ago", starts_at=now - timedelta(days=5), status="done")

    assert names_in(desk.browser.get(f"{LIST}?show=mine").text) == ["Mine late", "Mine later"]
    assert names_in(desk.browser.get(f"{LIST}?show=given").text) == ["Given away"]
    assert names_in(desk.browser.get(f"{LIST}?show=overdue").text) == ["Mine late"]
    assert names_in(desk.browser.get(f"{LIST}?show=contacts").text) == ["Mine late"]
    assert len(names_in(desk.browser.get(LIST).text)) == 4
    assert names_in(desk.other.get(f"{LIST}?show=mine").text) == ["Given away"]
    assert desk.other.get(f"{LIST}{done}").status_code == 404
    for short in ("tasks", "tasks/given", "tasks/overdue", "tasks/contacts"):
        assert desk.browser.get(f"/crm_inquiries/{short}").status_code == 200


@pytest.mark.catalogue("IN-25")
@pytest.mark.catalogue("IN-52")
def test_list_is_sorted_and_found(desk: Any) -> None:
    now = utc_now()
    for name, importance, hours in (("Low", 1, 3), ("Critical", 4, 2), ("High", 3, 1)):
        desk.activity(name=name, importance=importance, starts_at=now + timedelta(hours=hours))
    desk.activity(name="Another", performer_id=desk.other_id, starts_at=now + timedelta(hours=9))

    assert names_in(desk.browser.get(f"{LIST}?sort=-importance").text)[:2] == ["Critical", "High"]
    assert names_in(desk.browser.get(f"{LIST}?sort=due_at").text) == ["High", "Critical", "Low", "Another"]
    assert names_in(desk.browser.get(f"{LIST}?sort=-performer_id").text)[0] == "Another"
    assert len(names_in(desk.browser.get(f"{LIST}?sort=status").text)) == 4
    assert names_in(desk.browser.get(f"{LIST}?importance=4").text) == ["Critical"]
    assert names_in(desk.browser.get(f"{LIST}?q=critical").text) == ["Critical"]


@pytest.mark.catalogue("IN-27")
def test_category_is_drawn_in_its_colour(desk: Any) -> None:
    with desk.company.database.transaction(desk.company.system) as session:
        add_start_entries(session, ["crm_inquiries.categories"])
    choice = re.search(r'<option value="(\d+)">Complaint', desk.browser.get(f"{LIST}new").text)
    assert choice is not None
    desk.activity(name="Angry client", category_id=int(choice[1]))
    sent = {"do": "save", "order": ["category_id"], "shown": ["category_id"]}
    assert desk.browser.post(f"{LIST}columns", data=sent).status_code == 302
    assert 'k-overdue">Complaint' in desk.browser.get(LIST).text
    assert 'k-overdue">Complaint' in desk.browser.get(f"{LIST}{newest(desk).id}").text


@pytest.mark.catalogue("IN-20")
@pytest.mark.catalogue("IN-24")
@pytest.mark.catalogue("IN-26")
def test_an_activity_is_planned_and_changed_by_form(desk: Any) -> None:
    with desk.company.database.transaction(desk.company.system) as session:
        add_start_entries(session, ["crm_inquiries.activity_kinds"])
    client_id = desk.client()
    form = desk.browser.get(f"{LIST}new?client={client_id}&kind=meeting")
    assert "Phone call" in form.text
    assert re.search(r'<option value="\d+" selected>Meeting', form.text)
    sent = {
        "name": "Show the chairs",
        "starts_at": "2030-06-03T10:00",
        "importance": "4",
        "estimate": "45",
        "remind": "30",
    }
    answer = desk.browser.post(f"{LIST}new?client={client_id}", data=sent)
    assert answer.status_code == 302, answer.text
    made = newest(desk)
    assert (made.name, made.client_id, made.importance, made.estimate) == ("Show the chairs", client_id, 4, 45)
    assert made.performer_id == desk.user_id
    page = desk.browser.get(f"{LIST}{made.id}").text
    assert made.number in page
    assert "45 min" in page
    assert "Žuvėdra" in page

    changed = desk.browser.post(
        f"{LIST}{made.id}/edit",
        data={**sent, "version": str(made.version), "percent": "50", "name": "Show chairs and tables"},
    )
    assert changed.status_code == 302, changed.text
    assert (newest(desk).percent, newest(desk).status, newest(desk).name) == (50, "started", "Show chairs and tables")


@pytest.mark.catalogue("IN-30")
def test_internal_work_has_no_client(desk: Any) -> None:
    answer = desk.browser.post(
        f"{LIST}new", data={"name": "Tidy up", "starts_at": "2030-06-03T10:00", "importance": "2"}
    )
    assert answer.status_code == 302
    assert newest(desk).client_id is None
    wrong = desk.browser.post(
        f"{LIST}new",
        data={"name": "Tidy", "starts_at": "2030-06-03T10:00", "importance": "2", "client_number": "nobody"},
    )
    assert wrong.status_code == 422
    assert "There is no client with this number" in wrong.text


@pytest.mark.catalogue("M-09")
@pytest.mark.catalogue("IN-10")
def test_finishing_asks_result_and_next_step_in_one_go(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    only = newest(desk)
    page = desk.browser.get(f"{LIST}{only.id}/finish")
    assert 'name="outcome"' in page.text
    assert 'name="next_starts_at"' in page.text
    assert re.search(r'<option value="step" selected>', page.text)

    orphaned = desk.browser.post(f"{LIST}{only.id}/finish", data={"outcome": "No answer", "then": "nothing"})
    assert orphaned.status_code == 422
    assert "say what is done next" in orphaned.text
    assert desk.found(only.id).status == "planned"

    sent = {"outcome": "Wants an offer", "then": "step", "next_name": "Offer", "next_starts_at": "2030-06-03T10:00"}
    assert desk.browser.post(f"{LIST}{only.id}/finish", data=sent).status_code == 302
    assert desk.found(only.id).outcome == "Wants an offer"
    following = newest(desk)
    assert (following.name, following.inquiry_id) == ("Offer", inquiry_id)

    closed = {"outcome": "Signed", "then": "won"}
    assert desk.browser.post(f"{LIST}{following.id}/finish", data=closed).status_code == 302
    assert desk.found(following.id).status == "done"
    assert desk.next_at(inquiry_id) is None


@pytest.mark.catalogue("M-09")
def test_the_api_refuses_to_orphan_an_inquiry(desk: Any) -> None:
    desk.inquiry(desk.client())
    only = newest(desk)
    with desk.company.database.transaction(desk.company.system) as session:
        scopes = [f"crm_inquiries.activities:{verb}" for verb in ("read", "create", "change")]
        _key, token = make_key(session, title="Robot", scopes=scopes, user_id=desk.user_id)
    headers = {"Authorization": f"Bearer {token}"}
    program = desk.company.app.test_client()
    path = "/api/v1/crm_inquiries/activities"
    etag = program.get(f"{path}/{only.id}", headers=headers).headers["ETag"]
    answer = program.patch(f"{path}/{only.id}", json={"status": "done"}, headers={**headers, "If-Match": etag})
    assert answer.status_code in (409, 422), answer.text
    assert "open" in answer.text
    assert desk.found(only.id).status == "planned"
    made = program.post(path, json={"name": "Without a client", "starts_at": "2030-06-03T10:00:00Z"}, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json["client"] is None
    assert desk.found(made.json["id"]).number == made.json["number"]


@pytest.mark.catalogue("IN-19")
@pytest.mark.catalogue("CORE-27")
def test_work_is_passed_on_to_a_colleague_by_its_page(desk: Any) -> None:
    call = desk.activity(client_id=desk.client())
    page = desk.browser.get(f"{LIST}{call}/hand-over").text
    assert "Petras Petraitis" in page
    answer = desk.browser.post(f"{LIST}{call}/hand-over", data={"receiver": f"u{desk.other_id}", "note": "Take it"})
    assert answer.status_code == 302
    assert desk.found(call).performer_id == desk.other_id
    assert "Take it" in desk.other.get("/notifications/").text
    assert desk.browser.post(f"{LIST}{call}/hand-over", data={"receiver": "d99"}).status_code == 422


def test_a_call_is_called_off_opened_again_and_put_away(desk: Any) -> None:
    call = desk.activity()
    for step, status, state in (
        ("cancel", "cancelled", "active"),
        ("reopen", "planned", "active"),
        ("archive", "planned", "archived"),
        ("restore", "planned", "active"),
    ):
        assert desk.browser.post(f"{LIST}{call}/{step}").status_code == 302
        assert (desk.found(call).status, desk.found(call).state) == (status, state)


@pytest.mark.catalogue("CL-52")
def test_the_card_has_a_section_of_tasks(desk: Any) -> None:
    client_id = desk.client()
    desk.activity(client_id=client_id, name="Call about chairs")
    tab = desk.browser.get(f"/crm_inquiries/clients/{client_id}/activities").text
    assert "Call about chairs" in tab
    card = desk.browser.get(f"/clients/{client_id}").text
    assert "Next action" in card
    assert "Call about chairs" in card
    assert desk.other.get("/crm_inquiries/clients/999/activities").status_code == 404


@pytest.mark.catalogue("CL-21")
def test_history_of_contacts_is_found_by_kind_person_and_words(desk: Any) -> None:
    client_id = desk.client()
    with desk.company.database.transaction(desk.company.system) as session:
        add_start_entries(session, ["crm_inquiries.activity_kinds"])
    form = desk.browser.get(f"/crm_inquiries/calls/new?client={client_id}").text
    starts = re.search(r'name="starts_at"[^>]*value="([^"]+)"', form)
    assert starts is not None
    assert re.search(r'<option value="out" selected>', form)
    sent = {"starts_at": starts[1], "direction": "out", "actual": "5", "outcome": "Talked about oak"}
    assert desk.browser.post(f"/crm_inquiries/calls/new?client={client_id}", data=sent).status_code == 302
    assert (newest(desk).status, newest(desk).actual) == ("done", 5)
    desk.activity(client_id=client_id, name="Send samples", starts_at=utc_now() - timedelta(days=3))

    path = f"/clients/{client_id}/timeline"
    assert "Talked about oak" in desk.browser.get(path).text
    calls = desk.browser.get(f"{path}?only=crm_inquiries.calls").text
    assert "Talked about oak" in calls
    assert "Send samples" not in calls
    assert "Talked about oak" in desk.browser.get(f"{path}?words=oak&who=Ona+Onaitė").text
    assert "Talked about oak" not in desk.browser.get(f"{path}?words=oak&who=Petras").text
    assert "Talked about oak" not in desk.browser.get(f"{path}?words=oak&until=2020-01-01").text


@pytest.mark.catalogue("CL-29")
def test_from_an_inquiry_one_goes_to_planning(desk: Any) -> None:
    client_id = desk.client()
    inquiry_id = desk.inquiry(client_id)
    form = desk.browser.get(f"{LIST}new?inquiry={inquiry_id}").text
    assert f'<option value="{inquiry_id}" selected>' in form
    assert "Žuvėdra" in form
    card = desk.browser.get(f"/clients/{client_id}").text
    assert "Plan an action" in card


@pytest.mark.catalogue("CORE-07")
@pytest.mark.catalogue("IN-09")
def test_front_page_shows_the_day(desk: Any) -> None:
    with desk.company.database.transaction(desk.company.system) as session:
        add_start_entries(session, ["crm_inquiries.activity_kinds"])
    made = desk.activity(name="Visit today", client_id=desk.client())
    desk.activity(name="Late one", starts_at=utc_now() - timedelta(days=3))
    page = desk.browser.get("/").text
    assert "My activities of today" in page
    assert f"/crm_inquiries/activities/{made}" in page
    assert "Žuvėdra" in page
    assert "Late one" in page


@pytest.mark.catalogue("IN-31")
def test_from_a_task_the_card_is_one_click_away(desk: Any) -> None:
    client_id = desk.client()
    made = desk.activity(client_id=client_id)
    assert f'href="/clients/{client_id}"' in desk.browser.get(f"{LIST}{made}").text


@pytest.mark.catalogue("IN-21")
def test_resources_and_services_are_kept_with_their_prices(desk: Any) -> None:
    chief = desk.company.browser(
        desk.company.add_user(permissions=(*RIGHTS, "crm_inquiries.manage_processes"), login="chief")
    )
    for path, sent in (
        ("resources", {"name": "Octavia", "sort": "car", "km_rate": "0,25", "hour_price": "4"}),
        ("services", {"name": "Crane", "price": "120"}),
    ):
        answer = chief.post(f"/crm_inquiries/{path}/new", data=sent)
        assert answer.status_code == 302, answer.text
        assert chief.post(f"/crm_inquiries/{path}/1", data={**sent, "version": "1"}).status_code == 302
        assert chief.get(f"/crm_inquiries/{path}/0").status_code == 404
    page = chief.get("/crm_inquiries/used").text
    assert "Octavia" in page
    assert "Crane" in page
    form = desk.browser.get(f"{LIST}new").text
    assert "Octavia" in form
    assert "Crane" in form
    assert desk.browser.get("/crm_inquiries/resources/1").status_code == 403


@pytest.mark.catalogue("IN-22")
def test_a_car_activity_is_not_saved_without_kilometres(desk: Any) -> None:
    chief = desk.company.browser(
        desk.company.add_user(permissions=(*RIGHTS, "crm_inquiries.manage_processes"), login="chief")
    )
    chief.post("/crm_inquiries/resources/new", data={"name": "Octavia", "sort": "car", "km_rate": "0.5"})
    made = desk.activity(resource_id=1, client_id=desk.client())
    sent = {"outcome": "Measured", "then": "nothing", "resource_id": "1"}
    refused = desk.browser.post(f"{LIST}{made}/finish", data=sent)
    assert refused.status_code == 422
    assert "say how many kilometres" in refused.text
    assert desk.browser.post(f"{LIST}{made}/finish", data={**sent, "kilometres": "0"}).status_code == 422
    assert desk.browser.post(f"{LIST}{made}/finish", data={**sent, "kilometres": "120"}).status_code == 302
    assert "60.00" in desk.browser.get(f"{LIST}{made}").text


@pytest.mark.catalogue("IN-28")
def test_percent_and_state_follow_the_work(desk: Any) -> None:
    made = desk.activity()
    with desk.writing() as session:
        service.change_activity(session, made, {"percent": 40})
    assert "40%" in desk.browser.get(f"{LIST}{made}").text
    assert desk.found(made).status == "started"
