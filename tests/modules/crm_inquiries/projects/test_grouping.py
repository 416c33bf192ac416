"""A sales project groups activities of its client: chosen in their form, by programs, and never another client's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.builtin.rest.service import make_key
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import change_activity, finish_activity, plan_activity
from tests.modules.crm_inquiries.projects.test_projects import project

NEW = "/crm_inquiries/activities/new"
SENT = {"name": "Measure the hall", "starts_at": "2030-06-03T10:00", "importance": "2"}


def planned(house: Any, **values: Any) -> int:
    with house.writing() as session:
        return plan_activity(session, {"name": "Call", "starts_at": utc_now() + timedelta(days=1), **values}).id


def newest(house: Any) -> Any:
    with house.reading() as session:
        return session.scalars(select(Activity).order_by(Activity.id.desc())).first()


@pytest.mark.catalogue("IN-49")
def test_an_activity_is_planned_for_a_project_from_the_page_of_the_project(house: Any) -> None:
    client_id = house.client()
    assert 'name="project_id"' not in house.browser.get(f"{NEW}?client={client_id}").text
    project_id = project(house, client_id)
    listed = f"/crm_inquiries/projects/{project_id}/activities"
    link = f"{NEW}?client={client_id}&amp;project={project_id}"
    assert link in house.browser.get(listed).text
    form = house.browser.get(f"{NEW}?client={client_id}&project={project_id}").text
    assert re.search(r"<option[^>]* selected[^>]*>P[-0-9]+ New warehouse", form)
    answer = house.browser.post(f"{NEW}?client={client_id}", data={**SENT, "project_id": str(project_id)})
    assert answer.status_code == 302, answer.text
    assert "New warehouse" in house.browser.get(answer.location).text
    assert "Measure the hall" in house.browser.get(listed).text
    edit = f"/crm_inquiries/activities/{newest(house).id}/edit"
    assert house.browser.post(edit, data={**SENT, "project_id": ""}).status_code == 302
    assert newest(house).project_id is None


@pytest.mark.catalogue("IN-49")
def test_a_project_of_another_client_is_refused_by_page_and_service(house: Any) -> None:
    client_id, other_id = house.client(), house.client("UAB Kita")
    project(house, client_id)
    others = project(house, other_id)
    sent = {**SENT, "project_id": str(others)}
    assert house.browser.post(f"{NEW}?client={client_id}", data=sent).status_code == 422
    own = planned(house, client_id=client_id)
    for values in ({"client_id": client_id, "project_id": others}, {"project_id": others}):
        with pytest.raises(InvalidInput) as refusal:
            planned(house, **values)
        assert set(refusal.value.errors) == {"project_id"}
    for wrong in (others, 99_999, 10**30, "x"):
        with pytest.raises(InvalidInput) as refusal, house.writing() as session:
            change_activity(session, own, {"project_id": wrong})
        assert set(refusal.value.errors) == {"project_id"}


@pytest.mark.catalogue("IN-49")
def test_programs_set_the_project_and_what_follows_keeps_it(house: Any) -> None:
    client_id, other_id = house.client(), house.client("UAB Kita")
    own, others = project(house, client_id), project(house, other_id)
    with house.company.database.transaction(house.company.system) as session:
        scopes = [f"crm_inquiries.activities:{verb}" for verb in ("read", "create", "change")]
        _key, token = make_key(session, title="Robot", scopes=scopes, user_id=house.user_id)
    headers, path = {"Authorization": f"Bearer {token}"}, "/api/v1/crm_inquiries/activities"
    program = house.company.app.test_client()
    sent = {"name": "Visit", "starts_at": "2030-06-03T10:00:00Z", "client": client_id}
    assert program.post(path, json={**sent, "project_id": others}, headers=headers).status_code == 422
    made = program.post(path, json={**sent, "project_id": own}, headers=headers)
    assert made.status_code == 201, made.text
    activity_id = made.json["id"]
    assert newest(house).project_id == own
    with house.writing() as session:
        finish_activity(session, activity_id, {}, NextStep(starts_at=utc_now() + timedelta(days=1), name="Offer"))
    assert (newest(house).name, newest(house).project_id) == ("Offer", own)
