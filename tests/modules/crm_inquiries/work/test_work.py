"""The work desk deals the most urgent thing, takes the result and the next step, and closes the day at zero."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.api.db import utc_now
from kartoteka_crm_inquiries.work.rules import Waiting, by_urgency, urgency

NOW = datetime(2030, 6, 3, 9, 0, tzinfo=UTC)
ENDS = datetime(2030, 6, 3, 21, 0, tzinfo=UTC)
WORK = "/crm_inquiries/work"


def waiting(id: int, hours: float, **values: Any) -> Waiting:
    at = NOW + timedelta(hours=hours)
    return Waiting(id, at, at, **values)


@pytest.mark.parametrize(
    ("one", "score"),
    [
        (waiting(1, -1), 1000),
        (waiting(1, -24 * 3), 1060),
        (waiting(1, -24 * 90), 1600),
        (waiting(1, 0.5), 750),
        (waiting(1, 5), 600),
        (waiting(1, 5, importance=4), 1000),
        (waiting(1, 5, importance=1), 450),
        (waiting(1, 5, value=Decimal(9_999)), 720),
        (waiting(1, 5, value=Decimal(10**9)), 750),
        (waiting(1, 5, moved_at=NOW - timedelta(days=10)), 650),
        (waiting(1, 5, moved_at=NOW - timedelta(days=400)), 750),
    ],
)
def test_urgency_is_what_the_rule_says(one: Waiting, score: int) -> None:
    assert urgency(one, NOW, ENDS) == score


def test_overdue_comes_first_and_among_equals_the_earlier_one() -> None:
    given = [waiting(1, 5), waiting(2, 4), waiting(3, -30), waiting(4, 5, importance=3)]
    assert [one.id for one in by_urgency(given, NOW, ENDS)] == [3, 4, 2, 1]


def dealt(page: str) -> str:
    """Return the name of what the work desk deals."""
    found = re.search(r'id="work-title"><a [^>]*>([^<]+)<', page)
    return found[1] if found else ""


@pytest.mark.catalogue("M-09")
@pytest.mark.catalogue("IN-09")
def test_the_day_closes_at_zero(desk: Any) -> None:
    now = utc_now()
    late = desk.activity(name="Late", starts_at=now - timedelta(days=2))
    desk.activity(name="Critical", importance=4, starts_at=now - timedelta(minutes=1))
    minor = desk.activity(name="Minor", importance=1, starts_at=now - timedelta(minutes=1))
    desk.activity(name="Another's", performer_id=desk.other_id)
    desk.activity(name="Next month", starts_at=now + timedelta(days=30))

    assert dealt(desk.browser.get(WORK).text) == "Critical"
    critical = re.search(r"/activities/(\d+)/finish", desk.browser.get(WORK).text)
    assert critical is not None
    answer = desk.browser.post(
        f"/crm_inquiries/activities/{critical[1]}/finish?back=work",
        data={"outcome": "Solved", "then": "nothing", "actual": "15"},
    )
    assert answer.location.endswith(WORK)
    assert dealt(desk.browser.get(WORK).text) == "Late"

    assert desk.browser.post(f"/crm_inquiries/activities/{late}/skip").status_code == 302
    assert dealt(desk.browser.get(WORK).text) == "Minor"
    assert desk.browser.post(f"/crm_inquiries/activities/{minor}/postpone").status_code == 302
    moved = desk.found(minor)
    assert moved.due_at > now + timedelta(hours=6)
    assert moved.due_at == moved.ends_at

    page = desk.browser.get(WORK).text
    assert "1 thing was skipped" in page
    assert desk.browser.post("/crm_inquiries/skipped-work").status_code == 302
    assert dealt(desk.browser.get(WORK).text) == "Late"
    desk.browser.post(f"/crm_inquiries/activities/{late}/finish?back=work", data={"outcome": "Ok", "then": "nothing"})
    zero = desk.browser.get(WORK).text
    assert "The day is done" in zero
    assert "2 done" in zero


def test_postponing_moves_the_next_action_of_the_inquiry(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    early = desk.activity(inquiry_id=inquiry_id, starts_at=utc_now() - timedelta(hours=1))
    assert desk.browser.post(f"/crm_inquiries/activities/{early}/postpone", data={"by": "week"}).status_code == 302
    assert desk.next_at(inquiry_id) > utc_now()


def test_nobody_touches_what_he_does_not_see(desk: Any) -> None:
    hidden = desk.activity(name="Hidden")
    for path in (f"{hidden}/skip", f"{hidden}/postpone", "0/skip"):
        assert desk.other.post(f"/crm_inquiries/activities/{path}").status_code == 404
    assert desk.other.get(f"/crm_inquiries/activities/{hidden}/finish").status_code == 404


@pytest.mark.catalogue("M-09")
def test_what_was_done_is_undone_with_its_inquiry(desk: Any) -> None:
    inquiry_id = desk.inquiry(desk.client())
    before = desk.next_at(inquiry_id)
    (only,) = [
        int(one) for one in re.findall(r"/activities/(\d+)\"", desk.browser.get("/crm_inquiries/activities/").text)
    ]
    sent = {"outcome": "Signed", "then": "won"}
    assert desk.browser.post(f"/crm_inquiries/activities/{only}/finish", data=sent).status_code == 302
    assert desk.next_at(inquiry_id) is None
    page = desk.browser.get(f"/crm_inquiries/activities/{only}").text
    undo = re.search(r'action="([^"]*/undo[^"]*)"', page)
    assert undo is not None
    assert desk.browser.post(undo[1]).status_code == 302
    assert desk.found(only).status == "planned"
    assert desk.next_at(inquiry_id) == before
