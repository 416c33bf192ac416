"""Sales projects: started on a card, with tabs, statuses, a box on the front page, and through the API."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.errors import InvalidInput
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import PROJECT_STATUSES
from kartoteka_crm_inquiries.projects import service
from kartoteka_crm_inquiries.projects.models import Project
from kartoteka_crm_inquiries.projects.panels import load_statuses
from kartoteka_crm_inquiries.projects.queries import project_choices


def project(house: Any, client_id: int, **values: Any) -> int:
    """Start a project as ona."""
    with house.writing() as session:
        return service.start_project(session, client_id, {"name": "New warehouse", **values}).id


@pytest.mark.catalogue("CL-26")
@pytest.mark.catalogue("IN-49")
def test_a_project_is_started_on_the_card_with_number_and_manager(house: Any) -> None:
    client = house.client()
    assert "No projects yet" in house.browser.get(f"/crm_inquiries/clients/{client}/projects").text
    made = house.browser.post(
        f"/crm_inquiries/clients/{client}/projects/new",
        data={"name": "New warehouse", "starts_on": "2026-03-01", "due_on": "2026-09-01", "value": "48000"},
    )
    assert made.status_code == 302, made.text
    page = house.browser.get(made.location).text
    assert "New warehouse" in page
    assert "P2026-0001" in page
    assert "48,000.00 EUR" in page
    assert "UAB Žuvėdra" in page
    assert "New warehouse" in house.browser.get(f"/crm_inquiries/clients/{client}/projects").text
    assert f'href="/crm_inquiries/clients/{client}/projects"' in house.browser.get(f"/clients/{client}").text
    assert "New warehouse" in house.browser.get("/crm_inquiries/projects/").text


@pytest.mark.catalogue("IN-49")
def test_a_project_has_tabs_with_activities_documents_and_its_inquiries(house: Any) -> None:
    client = house.client()
    found = project(house, client)
    house.inquiry(client, subject="Racks", project_id=found)
    with house.writing() as session:
        plan_activity(
            session,
            {
                "client_id": client,
                "project_id": found,
                "name": "Measure the hall",
                "starts_at": utc_now() + timedelta(days=2),
            },
        )
    page = house.browser.get(f"/crm_inquiries/projects/{found}").text
    assert "Racks" in page
    assert "Documents" in page
    assert "Measure the hall" in house.browser.get(f"/crm_inquiries/projects/{found}/activities").text
    documents = f"/crm_inquiries/projects/{found}/documents"
    assert "No documents yet" in house.browser.get(documents).text
    upload = {"file": (BytesIO(b"plan of the hall"), "plan.txt")}
    assert house.browser.post(documents, data=upload, content_type="multipart/form-data").status_code == 302
    assert "plan" in house.browser.get(documents).text


@pytest.mark.catalogue("IN-49")
def test_the_front_page_says_how_my_projects_stand(house: Any) -> None:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [PROJECT_STATUSES])
        status = session.scalars(select(DirectoryEntry.id).where(DirectoryEntry.code == "running")).one()
    client = house.client()
    project(house, client, status_id=status)
    project(house, client, status_id=status)
    project(house, client, manager_id=house.other_id)
    with house.reading() as session:
        shown = load_statuses(session, house.company.actor(house.user_id), {})["statuses"]
    assert [(str(title), colour, number) for _id, title, colour, number in shown] == [("Running", "today", 2)]
    assert "My projects" in house.browser.get("/").text


@pytest.mark.catalogue("CORE-15", part="only projects of the client are offered")
def test_only_projects_of_the_client_are_offered_and_taken(house: Any) -> None:
    one, other = house.client(), house.client("UAB Kita")
    own, foreign = project(house, one), project(house, other)
    with house.reading() as session:
        assert [choice.value for choice in project_choices(session, one)] == [str(own)]
        assert project_choices(session, None) == []
    with pytest.raises(InvalidInput, match="another client"):
        house.inquiry(one, project_id=foreign)
    inquiry = house.inquiry(one, project_id=own)
    with house.reading() as session:
        assert session.scalars(select(Inquiry.project_id).where(Inquiry.id == inquiry)).one() == own


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"value": "much"},
        {"value": "-1"},
        {"currency": "EURO"},
        {"starts_on": "2026-02-30"},
        {"starts_on": "2026-05-01", "due_on": "2026-04-01"},
        {"status_id": 999_999},
        {"manager_id": 999_999},
        {"nonsense": 1},
    ],
)
def test_nonsense_is_refused_by_its_field(house: Any, wrong: dict[str, Any]) -> None:
    client = house.client()
    with pytest.raises(InvalidInput) as refused, house.writing() as session:
        service.start_project(session, client, {"name": "Fine", **wrong})
    assert set(refused.value.errors) <= set(wrong)


def test_projects_are_changed_and_put_away(house: Any) -> None:
    found = project(house, house.client())
    page = f"/crm_inquiries/projects/{found}"
    changed = house.browser.post(f"{page}/edit", data={"name": "Old warehouse", "number": "P-1", "currency": "EUR"})
    assert changed.status_code == 302
    assert "Old warehouse" in house.browser.get(page).text
    house.browser.post(f"{page}/archive")
    assert "Archived" in house.browser.get(page).text
    house.browser.post(f"{page}/restore")
    with house.reading() as session:
        assert session.scalars(select(Project.state).where(Project.id == found)).one() == "active"


def test_strangers_see_nothing(house: Any) -> None:
    client = house.client()
    found = project(house, client)
    for address in (f"/projects/{found}", f"/projects/{found}/activities", f"/projects/{found}/edit", "/projects/0"):
        assert house.stranger.get(f"/crm_inquiries{address}").status_code == 404
    assert "New warehouse" not in house.stranger.get("/crm_inquiries/projects/").text
