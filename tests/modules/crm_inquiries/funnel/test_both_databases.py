"""What the board, the funnel and the forecast read is the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.board.queries import Chosen, columns_of
from kartoteka_crm_inquiries.funnel.reports import list_forecast, list_funnel, list_reasons
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.processes.models import Stage
from tests.modules.crm_inquiries.conftest import InquiryHouse
from tests.modules.crm_inquiries.funnel.test_reports import ALL, sell


@pytest.fixture(params=chosen_kinds())
def either_house(request: pytest.FixtureRequest) -> Iterator[InquiryHouse]:
    with open_company(request.param) as company:
        company.switch("crm_inquiries")
        yield InquiryHouse(company)


@pytest.mark.catalogue("IN-47")
def test_figures_are_the_same(either_house: Any) -> None:
    stages = sell(either_house)
    with either_house.company.database.transaction(either_house.company.system) as session:
        for step in session.scalars(select(StageStep).where(StageStep.stage_id == stages["Contacted"])):
            step.since = step.until - timedelta(days=4)
    with either_house.reading() as session:
        rows = {row["stage"]: row for row in list_funnel(session, ALL)}
        open_ones = session.scalars(select(Stage).where(Stage.id.in_(stages.values()), Stage.outcome == "")).all()
        columns = columns_of(session, open_ones, Chosen())
        forecast = list(list_forecast(session, {}))
        reasons = list(list_reasons(session, {"period": None, "outcome": "lost"}))
    assert [column.number for column in columns] == [2, 0, 1, 0]
    assert [card.subject for card in columns[0].cards] == ["Roof 1", "Roof 2"]
    assert [rows[name]["reached"] for name in ("New", "Contacted", "Offer", "Won")] == [5, 3, 2, 1]
    assert rows["Contacted"]["days"] == Decimal("4.0")
    assert [row["weighted"] for row in forecast] == [Decimal("180.00")]
    assert [row["number"] for row in reasons] == [1]
