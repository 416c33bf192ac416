"""Reports of sales: their figures are those of the board and of the lists behind them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_inquiries.board.queries import Chosen, columns_of
from kartoteka_crm_inquiries.funnel.reports import list_forecast, list_funnel, list_reasons
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import close_inquiry, move_to_stage
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.naming import REASONS, SOURCES
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.queries import stages_of

ALL = {"period": None, "process_id": None, "manager_id": None, "source_id": None}


def sell(house: Any) -> dict[str, int]:
    """Register five inquiries: two stay, one goes to an offer, one is won, one is lost after contact."""
    client = house.client()
    ids = [house.inquiry(client, subject=f"Roof {number}", value=str(100 * number)) for number in range(1, 6)]
    with house.reading() as session:
        process_id = session.scalar(select(Process.id).where(Process.sort == "inquiry"))
        stages = {stage.name: stage.id for stage in stages_of(session, process_id)}
    with house.writing() as session:
        move_to_stage(session, ids[2], stages["Offer"])
        move_to_stage(session, ids[3], stages["Won"])
        move_to_stage(session, ids[4], stages["Contacted"])
        close_inquiry(session, ids[4], "lost", reason_text="Too dear")
    return stages


@pytest.mark.catalogue("IN-47")
def test_the_funnel_adds_up_to_the_board(house: Any) -> None:
    stages = sell(house)
    with house.reading() as session:
        rows = {row["stage"]: row for row in list_funnel(session, ALL)}
        open_ones = session.scalars(select(Stage).where(Stage.id.in_(stages.values()), Stage.outcome == "")).all()
        columns = {column.stage.name: column for column in columns_of(session, open_ones, Chosen())}
    for name, column in columns.items():
        assert rows[name]["number"] == column.number
        assert rows[name]["total"] == column.sums.get("EUR", Decimal(0))
    assert [rows[name]["reached"] for name in ("New", "Contacted", "Offer", "Won")] == [5, 3, 2, 1]
    assert rows["New"]["conversion"] == Decimal("60.0")
    assert rows["Offer"]["conversion"] == Decimal("50.0")
    assert rows["Won"]["number"] == 1
    assert rows["Lost"]["number"] == 1
    assert sum(row["number"] for row in rows.values()) == 5


@pytest.mark.catalogue("IN-47")
def test_the_funnel_knows_how_long_inquiries_stayed(house: Any) -> None:
    stages = sell(house)
    with house.company.database.transaction(house.company.system) as session:
        for step in session.scalars(select(StageStep).where(StageStep.stage_id == stages["Contacted"])):
            step.since = step.until - timedelta(days=4)
    with house.reading() as session:
        rows = {row["stage"]: row for row in list_funnel(session, ALL)}
    assert rows["Contacted"]["days"] == Decimal("4.0")
    assert rows["New"]["days"] == Decimal("0.0")


@pytest.mark.catalogue("IN-47")
def test_the_funnel_is_limited_and_leads_to_its_lists(house: Any) -> None:
    sell(house)
    with house.reading() as session:
        assert sum(row["number"] for row in list_funnel(session, {**ALL, "manager_id": house.other_id})) == 0
        assert sum(row["number"] for row in list_funnel(session, {**ALL, "manager_id": house.user_id})) == 5
    page = house.browser.get("/reports/crm_inquiries/funnel?span=all").text
    assert "/crm_inquiries/inquiries/?" in page
    assert "Negotiation" in page
    with house.reading() as session:
        rows = {row["stage"]: row for row in list_funnel(session, ALL)}
    wanted = {f"reached={one}" for one in rows["Offer"]["reached_ids"]}
    links = [unescape(one) for one in re.findall(r'href="(/crm_inquiries/inquiries/\?[^"]*)"', page)]
    (link,) = {one for one in links if wanted == set(re.findall(r"reached=\d+", one))}
    listed = house.browser.get(link).text
    assert "Roof 3" in listed
    assert "Roof 4" in listed
    assert "Roof 1" not in listed


@pytest.mark.catalogue("IN-47", part="by source")
def test_the_funnel_is_limited_to_a_source(house: Any) -> None:
    sell(house)
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [SOURCES])
        fair, other = session.scalars(select(DirectoryEntry.id).where(DirectoryEntry.directory == SOURCES)).all()[:2]
    found = house.inquiry(house.client("UAB Kita"), subject="Met at the fair", value="70", source_id=fair)
    with house.reading() as session:
        totals = {
            source: next((row["number"], row["total"]) for row in list_funnel(session, {**ALL, "source_id": source}))
            for source in (fair, other, None)
        }
    assert totals[fair] == (1, Decimal(70))
    assert totals[other][0] == 0
    assert totals[None][0] == 3
    page = unescape(house.browser.get(f"/reports/crm_inquiries/funnel?span=all&source_id={fair}").text)
    link = re.search(rf'href="(/crm_inquiries/inquiries/\?[^"]*source_id={fair}[^"]*)"', page)
    assert link is not None
    listed = house.browser.get(link[1]).text
    assert f"/crm_inquiries/inquiries/{found}" in listed
    assert "Roof 1" not in listed


@pytest.mark.catalogue("X-09")
def test_the_forecast_weighs_values_by_month_and_manager(house: Any) -> None:
    client = house.client()
    house.inquiry(client, subject="Soon", value="1000", expected_on=date(2030, 5, 3))
    house.inquiry(client, subject="Too", value="500", expected_on=date(2030, 5, 28))
    house.inquiry(client, subject="Some day", value="200")
    house.inquiry(client, subject="No value")
    with house.reading() as session:
        rows = list(list_forecast(session, {}))
    assert [(str(row["month"]), row["number"], row["value"], row["weighted"]) for row in rows] == [
        ("May 2030", 2, Decimal(1500), Decimal("150.00")),
        ("not known", 1, Decimal(200), Decimal("20.00")),
    ]
    assert "Sales forecast" in house.browser.get("/reports/crm_inquiries/forecast").text


@pytest.mark.catalogue("X-09")
def test_reasons_add_up_to_everything_that_was_lost(house: Any) -> None:
    sell(house)
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [REASONS])
        reason = session.scalars(select(DirectoryEntry.id).where(DirectoryEntry.directory == REASONS)).first()
    client = house.client("UAB Kita")
    for _number in range(2):
        found = house.inquiry(client, subject="Door", value="50")
        with house.writing() as session:
            close_inquiry(session, found, "lost", reason_id=reason)
    with house.reading() as session:
        rows = list(list_reasons(session, {"period": None, "outcome": "lost"}))
        lost = len(session.scalars(select(Inquiry.id).where(Inquiry.outcome == "lost")).all())
    assert sum(row["number"] for row in rows) == lost == 3
    assert [row["number"] for row in rows] == [2, 1]
    page = house.browser.get("/reports/crm_inquiries/reasons?span=year&outcome=lost")
    assert page.status_code == 200
    assert "in your own words" in page.text
    assert utc_now().year > 2000
