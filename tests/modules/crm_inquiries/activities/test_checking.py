"""``kartoteka check`` finds open inquiries without a next action, and moments of next actions that are not theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from kartoteka.api.db import utc_now
from kartoteka.cli import check as command
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.modules.crm_inquiries.activities.conftest import Desk

ACTIVITY: Any = Activity.__table__
INQUIRY: Any = Inquiry.__table__


@pytest.fixture(params=chosen_kinds())
def desk(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Desk:
    return Desk(company_on(request.param, modules=["crm_inquiries"]))


@pytest.fixture
def check(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    monkeypatch.setattr(command, "opened", lambda: desk.company.installation)
    return lambda: CliRunner().invoke(command.check, ["--no-files"]).output


@pytest.mark.catalogue("M-09", part="a check of the data finds open inquiries without a next action")
def test_missing_and_stale_next_actions_are_found(desk: Desk, check: Callable[[], str]) -> None:
    client = desk.client()
    lonely, stale, _right = (desk.inquiry(client) for _number in range(3))
    assert "Data of modules: in order" in check()
    with desk.company.database.transaction(desk.company.system) as session:
        session.execute(update(ACTIVITY).where(ACTIVITY.c.inquiry_id == lonely).values(state="deleted"))
        moment = utc_now() + timedelta(days=99)
        session.execute(update(INQUIRY).where(INQUIRY.c.id == stale).values(next_at=moment))
    said = check()
    assert "Data of modules: 2 findings" in said
    assert "crm_inquiries: U-1 is open and has no next action." in said
    assert "crm_inquiries: U-2 names another moment for its next action" in said
    assert "U-3" not in said


def test_a_check_that_fails_is_a_finding(desk: Desk, check: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(session: Any) -> Any:
        raise ValueError("broken")

    monkeypatch.setattr("kartoteka_crm_inquiries.activities.plugin.find_faults", fail)
    assert "crm_inquiries: It cannot be asked" in check()
