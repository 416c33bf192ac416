"""Stages of relationships: changes with day and user, the axis, list, filters and reports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.web import today
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka_crm_clients.stages.fields import STAGES
from kartoteka_crm_clients.stages.models import Stage
from kartoteka_crm_clients.stages.panels import month_ends
from kartoteka_crm_clients.stages.rules import WIDTH, axis
from kartoteka_crm_clients.stages.service import set_stage


@pytest.fixture
def entries(house: Any) -> dict[str, int]:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [STAGES])
        rows = session.execute(select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == STAGES))
        return {row.code: row.id for row in rows}


def put(house: Any, client_id: int, stage_id: int, days_ago: int) -> None:
    with house.writing() as session:
        set_stage(session, client_id, stage_id, today() - timedelta(days=days_ago), today=today())


def stages(house: Any, client_id: int) -> list[Stage]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(Stage).where(Stage.client_id == client_id).order_by(Stage.since, Stage.id)))


@pytest.mark.catalogue("CL-18")
def test_each_change_is_kept_with_day_and_user_and_drawn_with_its_days(house: Any, entries: dict[str, int]) -> None:
    client_id = house.client()
    page = f"/crm_clients/clients/{client_id}/relationship"
    for code, days_ago in (("potential", 40), ("negotiating", 30), ("client", 10)):
        since = (today() - timedelta(days=days_ago)).isoformat()
        answer = house.browser.post(page, data={"stage_id": entries[code], "since": since})
        assert (answer.status_code, answer.location) == (302, page)
    kept = stages(house, client_id)
    assert [one.stage_id for one in kept] == [entries[code] for code in ("potential", "negotiating", "client")]
    assert [one.user_id for one in kept] == [house.user_id] * 3
    assert [one.until for one in kept] == [kept[1].since, kept[2].since, None]
    panel = house.browser.get(f"/panels/crm_clients/stages?record=clients.client:{client_id}").text
    for shown in (house.browser.get(page).text, panel):
        assert "<svg" in shown
        assert shown.count("<rect") == 3
        assert "Negotiating: 20 days" in shown
        assert "style=" not in shown.partition("<svg")[2].partition("</svg>")[0]
    assert "Ona Onaitė" in house.browser.get(page).text


@pytest.mark.catalogue("CL-18")
def test_the_list_shows_and_filters_stages_also_on_a_day(house: Any, entries: dict[str, int]) -> None:
    old, new = house.client("UAB Sena"), house.client("UAB Nauja")
    put(house, old, entries["client"], 100)
    put(house, old, entries["lost"], 10)
    put(house, new, entries["client"], 20)
    now = house.browser.get(f"/clients/?crm_clients.stage={entries['client']}").text
    assert "UAB Nauja" in now
    assert "UAB Sena" not in now
    day = (today() - timedelta(days=50)).isoformat()
    then = house.browser.get("/clients/", query_string={"crm_clients.stage_on": f"client {day}"}).text
    assert "UAB Sena" in then
    assert "UAB Nauja" not in then
    nobody = house.browser.get("/clients/", query_string={"crm_clients.stage_on": f"lost {day}"}).text
    assert "UAB Sena" not in nobody


@pytest.mark.catalogue("CL-18")
def test_reports_tell_how_relationships_develop(house: Any, entries: dict[str, int]) -> None:
    client_id = house.client("UAB Sena")
    put(house, client_id, entries["potential"], 50)
    put(house, client_id, entries["regular"], 1)
    dynamics = house.browser.get("/reports/crm_clients/stage_dynamics")
    assert dynamics.status_code == 200
    assert "Regular client" in dynamics.text
    changes = house.browser.get("/reports/crm_clients/stage_changes")
    assert changes.status_code == 200
    assert "UAB Sena" in changes.text


@pytest.mark.catalogue("CL-18")
@pytest.mark.parametrize("report", ["stage_dynamics", "stage_changes"])
def test_reports_answer_for_all_time(house: Any, entries: dict[str, int], report: str) -> None:
    url = f"/reports/crm_clients/{report}"
    assert house.browser.get(f"{url}?span=all").status_code == 200, "without any stage"
    put(house, house.client("UAB Sena"), entries["potential"], 700)
    page = house.browser.get(f"{url}?span=all")
    assert page.status_code == 200
    first = {"stage_dynamics": str((today() - timedelta(days=650)).year), "stage_changes": "UAB Sena"}
    assert first[report] in page.text
    for ending in (".csv", ".xlsx"):
        assert house.browser.open(f"{url}{ending}?span=all", method="POST").status_code == 200


def test_what_makes_no_sense_is_refused(house: Any, entries: dict[str, int]) -> None:
    client_id = house.client()
    put(house, client_id, entries["client"], 5)
    page = f"/crm_clients/clients/{client_id}/relationship"
    for since in (today() + timedelta(days=3), today() - timedelta(days=50)):
        answer = house.browser.post(page, data={"stage_id": entries["lost"], "since": since.isoformat()})
        assert answer.status_code == 422
    assert house.browser.post(page, data={"stage_id": "999999", "since": today().isoformat()}).status_code == 422
    again = house.browser.post(page, data={"stage_id": entries["client"], "since": today().isoformat()})
    assert again.status_code == 302
    assert len(stages(house, client_id)) == 1
    strange = house.client(owner=house.other_id)
    assert house.browser.get(f"/crm_clients/clients/{strange}/relationship").status_code == 404


def test_merged_clients_have_one_present_stage(house: Any, entries: dict[str, int]) -> None:
    kept, double = house.client("UAB A"), house.client("UAB A2")
    put(house, kept, entries["potential"], 100)
    put(house, double, entries["client"], 50)
    merging = house.company.add_user("administrator", login="merger")
    with house.company.database.transaction(house.company.actor(merging), "Merged") as session:
        merge_clients(session, kept, [double], {})
    left = stages(house, kept)
    assert [one.until for one in left] == [left[1].since, None]


def test_the_axis_fills_its_width_whatever_the_days() -> None:
    day = date(2026, 1, 1)
    spans = axis([(day, day), (day, date(2026, 1, 11)), (date(2026, 1, 11), None)], date(2026, 1, 21))
    assert [one.days for one in spans] == [0, 10, 10]
    assert spans[0].width > 0
    assert max(one.x + one.width for one in spans) == WIDTH
    assert axis([(day, None)], day)[0].width > 0
    assert axis([], day) == []


def test_months_end_where_the_period_does() -> None:
    from kartoteka.api.records import Period

    period = Period(date(2026, 1, 15), date(2026, 4, 10))
    assert month_ends(period, date(2026, 3, 5)) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 5)]
