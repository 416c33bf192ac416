"""Administrators adapt processes without code: stages, what they ask for, what they plan (CORE-25)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.errors import Forbidden, InvalidInput
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import move_to_stage
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS
from kartoteka_crm_inquiries.processes import changing
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.queries import stages_of
from kartoteka_crm_inquiries.processes.rules import REQUIRABLE
from kartoteka_crm_inquiries.processes.service import ensure_processes


def kind_of_activity(house: Any) -> int:
    """Return the id of a kind of activities."""
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [ACTIVITY_KINDS])
        return session.scalars(
            select(DirectoryEntry.id).where(DirectoryEntry.directory == ACTIVITY_KINDS).order_by(DirectoryEntry.id)
        ).first()


def sales(house: Any) -> int:
    """Return the id of the process of inquiries."""
    with house.writing() as session:
        ensure_processes(session)
        return session.scalar(select(Process.id).where(Process.sort == "inquiry"))


def names(house: Any, process_id: int) -> list[str]:
    with house.reading() as session:
        return [stage.name for stage in stages_of(session, process_id)]


@pytest.mark.catalogue("CORE-25")
@pytest.mark.catalogue("IN-46")
def test_an_added_stage_asks_for_its_field_and_plans_its_action_at_once(house: Any) -> None:
    kind = kind_of_activity(house)
    found = house.inquiry(house.client(), subject="Roof")
    process_id = sales(house)
    page = house.browser.get(f"/crm_inquiries/processes/{process_id}")
    assert "Negotiation" in page.text
    added = house.browser.post(
        f"/crm_inquiries/processes/{process_id}/stages/new",
        data={
            "name": "Measured",
            "colour": "planned",
            "probability": "40",
            "required": ["value"],
            "next_kind_id": str(kind),
            "next_in_days": "2",
            "performer_id": str(house.other_id),
        },
    )
    assert added.status_code == 302, added.text
    assert names(house, process_id) == ["New", "Contacted", "Offer", "Negotiation", "Measured", "Won", "Lost"]
    with house.reading() as session:
        stage_id = session.scalar(select(Stage.id).where(Stage.name == "Measured"))
    with pytest.raises(InvalidInput) as refused, house.writing() as session:
        move_to_stage(session, found, stage_id)
    assert "value" in refused.value.errors
    with house.writing() as session:
        move_to_stage(session, found, stage_id, {"value": "700"})
    with house.company.database.reading(house.company.system) as session:
        inquiry = session.scalars(select(Inquiry).where(Inquiry.id == found)).one()
        planned = session.scalars(
            select(Activity).where(Activity.inquiry_id == found, Activity.kind_id == kind, Activity.status == "planned")
        ).all()
    assert inquiry.stage_id == stage_id
    assert house.other_id in {one.performer_id for one in planned}


def test_stages_are_put_into_order_by_buttons_and_by_dragging(house: Any) -> None:
    process_id = sales(house)
    with house.reading() as session:
        stages = {stage.name: stage.id for stage in stages_of(session, process_id)}
    house.browser.post(f"/crm_inquiries/stages/{stages['Offer']}/shift", data={"way": "up"})
    assert names(house, process_id)[:3] == ["New", "Offer", "Contacted"]
    wanted = ",".join(str(stages[name]) for name in ("Contacted", "New"))
    dragged = house.browser.post(
        f"/crm_inquiries/processes/{process_id}/order", data={"ids": wanted}, headers={"HX-Request": "true"}
    )
    assert dragged.status_code == 204
    assert names(house, process_id)[:3] == ["Contacted", "New", "Offer"]


def test_stages_in_use_are_closed_and_others_are_gone(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    process_id = sales(house)
    with house.reading() as session:
        stages = {stage.name: stage.id for stage in stages_of(session, process_id)}
    house.browser.post(f"/crm_inquiries/stages/{stages['New']}/close")
    assert "New" in names(house, process_id)
    assert "Move it to another stage first" in house.browser.get(f"/crm_inquiries/processes/{process_id}").text
    with house.writing() as session:
        move_to_stage(session, found, stages["Offer"])
    house.browser.post(f"/crm_inquiries/stages/{stages['New']}/close")
    house.browser.post(f"/crm_inquiries/stages/{stages['Contacted']}/close")
    assert names(house, process_id) == ["Offer", "Negotiation", "Won", "Lost"]
    with house.reading() as session:
        left = {stage.name: stage.state for stage in stages_of(session, process_id, closed=True)}
    assert left["New"] == "archived"
    assert "Contacted" not in left
    house.browser.post(f"/crm_inquiries/stages/{stages['New']}/reopen")
    assert "New" in names(house, process_id)


def test_a_process_of_ones_own_is_made_and_renamed(house: Any) -> None:
    sales(house)
    made = house.browser.post("/crm_inquiries/processes/new", data={"name": "Fairs", "sort": "inquiry"})
    assert made.status_code == 302
    assert "Fairs" in house.browser.get("/crm_inquiries/processes/").text
    process_id = int(made.location.rsplit("/", 1)[1])
    assert names(house, process_id) == ["New", "Won", "Lost"]
    renamed = house.browser.post(
        f"/crm_inquiries/processes/{process_id}/edit", data={"name": "Trade fairs", "answer_hours": "8"}
    )
    assert renamed.status_code == 302
    assert "answer within 8 working hours" in house.browser.get(f"/crm_inquiries/processes/{process_id}").text
    house.browser.post(f"/crm_inquiries/processes/{process_id}/close")
    assert "closed" in house.browser.get(f"/crm_inquiries/processes/{process_id}").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"probability": 101},
        {"probability": "many"},
        {"rot_days": 0},
        {"required": ["password"]},
        {"colour": "pink"},
        {"outcome": "maybe"},
        {"next_kind_id": 999_999},
        {"performer_id": 999_999},
        {"nonsense": 1},
    ],
)
def test_nonsense_is_refused_by_its_field(house: Any, wrong: dict[str, Any]) -> None:
    process_id = sales(house)
    with pytest.raises(InvalidInput) as refused, house.writing() as session:
        changing.add_stage(session, process_id, {"name": "Fine", **wrong})
    assert set(refused.value.errors) == set(wrong)


def test_only_who_may_sets_up_processes(house: Any) -> None:
    process_id = sales(house)
    clerk = house.company.add_user(permissions=("clients.view", "crm_inquiries.view"), login="rasa", name="Rasa")
    assert house.company.browser(clerk).get(f"/crm_inquiries/processes/{process_id}").status_code == 403
    with pytest.raises(Forbidden), house.company.database.transaction(house.company.actor(clerk)) as session:
        changing.add_stage(session, process_id, {"name": "Mine"})


def test_what_stages_ask_for_are_fields_of_inquiries() -> None:
    from kartoteka_crm_inquiries.board.forms import ASKED
    from kartoteka_crm_inquiries.inquiries.fields import BY_NAME

    assert set(REQUIRABLE) <= set(BY_NAME) & set(ASKED)
