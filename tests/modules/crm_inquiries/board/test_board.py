"""The board: columns with totals, cards, moving with what a stage asks for, and its budget."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import insert_rows, utc_now
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.processes.models import Stage

BOARD = "/crm_inquiries/board/"


def stage_ids(house: Any) -> dict[str, int]:
    """Return the stages of the sales process by name."""
    with house.reading() as session:
        rows = session.scalars(select(Stage).order_by(Stage.process_id, Stage.position))
        found: dict[str, int] = {}
        for row in rows:
            found.setdefault(row.name, row.id)
        return found


def stage_of(house: Any, inquiry_id: int) -> tuple[int, str]:
    with house.reading() as session:
        inquiry = session.scalars(select(Inquiry).where(Inquiry.id == inquiry_id)).one()
        return inquiry.stage_id, inquiry.outcome


def test_an_empty_board_says_why(house: Any) -> None:
    page = house.browser.get(BOARD)
    assert page.status_code == 200
    assert "No sales process yet" in page.text


@pytest.mark.catalogue("X-08")
def test_columns_have_cards_numbers_and_sums(house: Any) -> None:
    client = house.client()
    house.inquiry(client, subject="Roof", value="1200.50")
    house.inquiry(client, subject="Door", value="99.50")
    page = house.browser.get(BOARD).text
    assert "Roof" in page
    assert "Door" in page
    assert "UAB Žuvėdra" in page
    assert "1,300.00 EUR" in page
    assert "2 open inquiries" in page


@pytest.mark.catalogue("X-08")
def test_a_drop_into_won_asks_for_the_missing_sum(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    stages = stage_ids(house)
    headers = {"HX-Request": "true"}
    asked = house.browser.post(f"{BOARD}{found}/move", data={"stage_id": stages["Won"], "back": BOARD}, headers=headers)
    assert asked.status_code == 422
    assert 'name="value"' in asked.text
    assert "asks for this first" in asked.text
    assert stage_of(house, found)[1] == ""
    done = house.browser.post(f"{BOARD}{found}/move", data={"stage_id": stages["Won"], "value": "500", "back": BOARD})
    assert done.status_code == 302
    assert stage_of(house, found) == (stages["Won"], "won")


@pytest.mark.catalogue("X-08")
def test_a_drop_brings_the_board_anew_with_its_totals_and_undo(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof", value="500")
    stages = stage_ids(house)
    answer = house.browser.post(
        f"{BOARD}{found}/move", data={"stage_id": stages["Offer"], "back": BOARD}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="k-board"' in answer.text
    assert "<html" not in answer.text
    column = answer.text.split(f'data-k-stage="{stages["Offer"]}"')[0].rsplit("k-board-head", 1)[1]
    assert "500.00 EUR" in column
    assert "Undo" in answer.text
    assert stage_of(house, found)[0] == stages["Offer"]


@pytest.mark.catalogue("X-09")
def test_nothing_is_lost_without_a_reason_on_the_page(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    stages = stage_ids(house)
    url = f"{BOARD}{found}/move"
    refused = house.browser.post(url, data={"stage_id": stages["Lost"], "reason_text": ""})
    assert refused.status_code == 422
    assert stage_of(house, found)[1] == ""
    done = house.browser.post(url, data={"stage_id": stages["Lost"], "reason_text": "Too dear"})
    assert done.status_code == 302
    assert stage_of(house, found) == (stages["Lost"], "lost")
    with house.reading() as session:
        inquiry = session.scalars(select(Inquiry).where(Inquiry.id == found)).one()
        assert inquiry.reason_text == "Too dear"
        assert inquiry.closed_at is not None


def test_moving_works_by_a_form_without_scripts(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    stages = stage_ids(house)
    page = house.browser.get(f"{BOARD}{found}/move").text
    assert "Contacted" in page
    assert 'name="stage_id"' in page
    moved = house.browser.post(f"{BOARD}{found}/move", data={"stage_id": stages["Contacted"]})
    assert moved.status_code == 302
    assert stage_of(house, found)[0] == stages["Contacted"]


@pytest.mark.parametrize("wrong", ["", "0", "999999", "x", "1e9", "²"])
def test_nonsense_moves_nothing(house: Any, wrong: str) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    before = stage_of(house, found)
    assert house.browser.post(f"{BOARD}{found}/move", data={"stage_id": wrong}).status_code in (400, 404, 422)
    assert stage_of(house, found) == before
    assert house.browser.get(f"{BOARD}0/move").status_code == 404


def test_steps_are_kept(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    stages = stage_ids(house)
    house.browser.post(f"{BOARD}{found}/move", data={"stage_id": stages["Contacted"]})
    house.browser.post(f"{BOARD}{found}/move", data={"stage_id": stages["Lost"], "reason_text": "Too dear"})
    with house.reading() as session:
        steps = session.scalars(select(StageStep).where(StageStep.inquiry_id == found).order_by(StageStep.id)).all()
    assert [step.stage_id for step in steps] == [stages["New"], stages["Contacted"], stages["Lost"]]
    assert [step.until is None for step in steps] == [False, False, True]
    assert all(one.until == two.since for one, two in pairwise(steps))
    assert steps[0].user_id == house.user_id


def test_nobody_sees_cards_of_other_peoples_clients(house: Any) -> None:
    house.inquiry(house.client(), subject="Secret roof")
    assert "Secret roof" in house.browser.get(BOARD).text
    assert "Secret roof" not in house.stranger.get(BOARD).text


@pytest.mark.catalogue("X-08")
def test_cards_rot_and_show_what_is_overdue(house: Any) -> None:
    client = house.client()
    found = house.inquiry(client, subject="Old roof")
    with house.company.database.transaction(house.company.system) as session:
        inquiry = session.scalars(select(Inquiry).where(Inquiry.id == found)).one()
        inquiry.moved_at = utc_now() - timedelta(days=9)
        inquiry.next_at = utc_now() - timedelta(hours=1)
    page = house.browser.get(BOARD).text
    assert "is-rotting" in page
    assert "Stands still" in page
    assert "Overdue" in page


def test_filters_limit_cards_and_totals(house: Any) -> None:
    client = house.client()
    house.inquiry(client, subject="Hers")
    house.inquiry(client, subject="Nobody's", manager_id=None)
    page = house.browser.get(f"{BOARD}?manager=nobody").text
    assert "Nobody&#39;s" in page
    assert "Hers" not in page
    assert "1 open inquiry" in page
    assert "Hers" in house.browser.get(f"{BOARD}?manager=mine").text
    assert "Hers" in house.browser.get(f"{BOARD}?manager={house.user_id}&source=nonsense").text


def fill(house: Any, number: int) -> dict[str, int]:
    """Put many open inquiries on the board."""
    client = house.client()
    house.inquiry(client, subject="First")
    stages = stage_ids(house)
    names = ["New", "Contacted", "Offer", "Negotiation"]
    with house.company.database.transaction(house.company.system) as session:
        process_id = session.scalar(select(Stage.process_id).where(Stage.id == stages["New"]))
        rows = [
            {
                "client_id": client,
                "number": f"X{place:05}",
                "subject": f"Inquiry about something number {place}",
                "manager_id": house.user_id,
                "process_id": process_id,
                "stage_id": stages[names[place % 4]],
                "value": 100,
                "next_at": utc_now() + timedelta(hours=place),
            }
            for place in range(number)
        ]
        insert_rows(session, Inquiry, rows)
    return stages


@pytest.mark.catalogue("X-08")
def test_the_board_keeps_its_budget_with_two_thousand_open_inquiries(house: Any) -> None:
    stages = fill(house, 2_000)
    house.browser.get(BOARD)
    with counted_statements(house.company.database) as counted:
        page = house.browser.get(BOARD)
    assert len(counted) <= 8, counted
    assert len(page.data) <= 150_000
    assert "2,001 open inquiries" in page.text
    assert "50,000.00 EUR" in page.text
    assert page.text.count("data-k-card=") == 4 * 30
    more = house.browser.get(f"{BOARD}columns/{stages['Offer']}?skip=30", headers={"HX-Request": "true"})
    assert more.text.count("data-k-card=") == 30
    assert "Show more (440)" in more.text


@pytest.mark.catalogue("X-09")
def test_nothing_is_lost_without_a_reason_through_the_api(house: Any) -> None:
    found = house.inquiry(house.client(), subject="Roof")
    stages = stage_ids(house)
    with house.company.database.transaction(house.company.system) as session:
        scopes = [f"crm_inquiries.inquiries:{verb}" for verb in ("read", "change")]
        _key, token = make_key(session, title="Robot", scopes=scopes, user_id=house.user_id)
    program, path = house.company.app.test_client(), f"/api/v1/crm_inquiries/inquiries/{found}"
    head = {"Authorization": f"Bearer {token}"}
    for stage, code in (("Lost", 422), ("Contacted", 200)):
        match = {"If-Match": program.get(path, headers=head).headers["ETag"]}
        answer = program.patch(path, json={"stage_id": stages[stage]}, headers={**head, **match})
        assert answer.status_code == code, answer.text
        assert ("reason" in answer.text) or code == 200
    assert stage_of(house, found) == (stages["Contacted"], "")
