"""A month of twenty people stays cheap however much the company has done: statements, page size, rows read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.calendar.queries import busy_statement
from tests.modules.crm_inquiries.conftest import RIGHTS

PATH = "/crm_inquiries/calendar"
PEOPLE = 20
YEARS = 3
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MOST_STATEMENTS, MOST_BYTES = 8, 300_000
MOST_WITH_LISTS = 10
"""Beside the calendar of one person stand what is overdue and the open inquiries."""
ROWS = int(os.environ.get("KARTOTEKA_ACTIVITIES", "40000"))
"""`KARTOTEKA_ACTIVITIES=300000` measures what the budget is for."""
_LENGTHS = (15, 30, 45, 60, 90)


def fill(company: Any, rows: int = ROWS) -> Any:
    """Put so many activities of three years into the calendars of twenty people; return a browser."""
    users = [company.add_user(permissions=(), login=f"p{number}") for number in range(PEOPLE - 1)]
    users.append(company.add_user(permissions=RIGHTS, reach="all", login="boss"))
    made = list(_rows(users, rows))
    with company.database.engine.begin() as connection:
        for start in range(0, rows, 5_000):
            connection.execute(Activity.__table__.insert(), made[start : start + 5_000])
        connection.execute(text("ANALYZE"))
    return company.browser(users[-1])


def _rows(users: list[int], rows: int) -> Iterator[dict[str, Any]]:
    first = NOW - timedelta(days=365 * (YEARS - 1))
    days = 1093  # a prime: everybody has something on every day
    for number in range(rows):
        starts = first + timedelta(days=number * 7919 % days, minutes=15 * (number * 31 % 36))
        ends = starts + timedelta(minutes=_LENGTHS[number % 5])
        if number % 997 == 0:
            ends = starts + timedelta(days=9)
        done = starts if starts < NOW else None
        yield {
            "number": f"V{number}",
            "name": f"Activity {number}",
            "status": "done" if done else "planned",
            "starts_at": starts,
            "ends_at": ends,
            "due_at": ends,
            "is_long": ends - starts > timedelta(days=7),
            "performer_id": users[number % PEOPLE],
            "creator_id": users[number % PEOPLE],
            "done_at": done,
            "uid": str(number),
            "all_day": number % 199 == 0,
            "created_at": NOW,
            "version": 1,
            "state": "active",
            **_EMPTY,
        }


_EMPTY: dict[str, Any] = {
    "description": "",
    "importance": 2,
    "percent": 0,
    "place": "",
    "direction": "",
    "cost": 0,
    "currency": "EUR",
    "outcome": "",
    "next_step": "",
    "detached": False,
    "sequence": 0,
}


@pytest.fixture(scope="module", params=chosen_kinds())
def busy(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    with open_company(request.param) as company:
        company.switch("crm_inquiries")
        with time_machine.travel(NOW, tick=False):
            yield company, fill(company)


def asked(company: Any, browser: Any, query: str) -> tuple[list[str], Any]:
    browser.get(f"{PATH}?{query}")
    with counted_statements(company.database) as statements:
        answer = browser.get(f"{PATH}?{query}")
    assert answer.status_code == 200
    return statements, answer


@pytest.mark.catalogue("IN-38", part="the month of twenty people keeps its budget")
@pytest.mark.parametrize(
    "mode", ["people&span=month", "people&span=week", "people&span=day", "quarter", "month", "week"]
)
def test_pages_of_the_calendar_keep_their_budgets(busy: tuple[Any, Any], mode: str) -> None:
    company, browser = busy
    statements, answer = asked(company, browser, f"mode={mode}")
    most = MOST_STATEMENTS if mode.startswith("people") else MOST_WITH_LISTS
    assert len(statements) <= most, statements
    assert len(answer.data) <= MOST_BYTES


def test_the_month_of_twenty_people_has_them_all(busy: tuple[Any, Any]) -> None:
    _company, browser = busy
    page = browser.get(f"{PATH}?mode=people&span=month").text
    assert page.count('<th scope="row">') == PEOPLE
    assert page.count("<svg viewBox") > PEOPLE * 20
    assert "!</u>" in page


def test_a_month_is_found_by_index_and_not_by_reading_the_past(busy: tuple[Any, Any]) -> None:
    company, browser = busy
    statements, _answer = asked(company, browser, "mode=people&span=month")
    assert sum("is_long" in one for one in statements) == 1
    plan = _plan(company, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert "ix_crm_inquiries_activity_of_day" in plan, plan
    assert "Seq Scan" not in plan
    assert "SCAN crm_inquiries_activity" not in plan


def _plan(company: Any, begins: datetime, ends: datetime) -> str:
    dialect: Any = sqlite.dialect() if company.database.is_sqlite else postgresql.dialect()
    statement = busy_statement(list(range(1, PEOPLE + 1)), begins, ends)
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN" if company.database.is_sqlite else "EXPLAIN"
    with company.database.engine.connect() as connection:
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {written}"))
