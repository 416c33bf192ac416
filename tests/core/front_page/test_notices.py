"""Notices: who posts them, who sees them, and from when until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.builtin.dashboard.models import Notice
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.builtin.dashboard.service import post_notice
from kartoteka.builtin.users.service import save_department
from kartoteka.db.session import find
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden

NEW = {"title": "Closed on Friday", "text": "All day.", "valid_from": "2026-03-02", "valid_until": "2026-03-06"}


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


def post(browser: FlaskClient, **values: Any) -> int:
    return browser.post("/dashboard/notices/new", data={**NEW, **values}).status_code


@pytest.mark.catalogue("CORE-09")
def test_everybody_sees_a_notice_as_long_as_it_is_valid(made: Company, clock: Clock) -> None:
    clock.set("2026-03-01 10:00")
    poster = made.browser(made.add_user(permissions=[MANAGE_NOTICES]))
    reader = made.add_user()
    assert post(poster) == 302
    seen = {}
    for day in ("2026-03-01", "2026-03-02", "2026-03-06", "2026-03-07"):
        clock.set(f"{day} 12:00")
        made.tokens.clear()  # the browser of the day before is signed out by then
        seen[day] = "Closed on Friday" in made.browser(reader).get("/").text
    assert list(seen.values()) == [False, True, True, False]


def test_a_notice_for_a_department_is_for_that_department(made: Company, clock: Clock) -> None:
    clock.set("2026-03-03 10:00")
    with made.database.transaction(made.system) as session:
        sales, office = (save_department(session, None, name=name).id for name in ("Sales", "Office"))
    poster = made.browser(made.add_user(permissions=[MANAGE_NOTICES], department_id=office))
    assert post(poster, department_id=str(sales)) == 302
    assert "Closed on Friday" in made.browser(made.add_user(department_id=sales)).get("/").text
    for other in (made.add_user(department_id=office), made.add_user()):
        assert "Closed on Friday" not in made.browser(other).get("/").text
    assert "Closed on Friday" not in poster.get("/").text
    assert "Closed on Friday" in poster.get("/dashboard/notices").text


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"title": "  "}, "Fill this in"),
        ({"title": "x" * 201}, "at most 200"),
        ({"text": "x" * 5001}, "at most 5000"),
        ({"valid_from": ""}, "Fill this in"),
        ({"valid_from": "0001-01-01"}, "Check the year"),
        ({"valid_until": "2026-03-01"}, "before the first one"),
        ({"department_id": "999"}, "Choose one"),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused_beside_the_field(
    made: Company, wrong: dict[str, str], complaint: str
) -> None:
    poster = made.browser(made.add_user(permissions=[MANAGE_NOTICES]))
    answer = poster.post("/dashboard/notices/new", data={**NEW, **wrong})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert "There are no notices" in poster.get("/dashboard/notices").text


def test_notices_are_put_away_put_back_and_deleted(made: Company, clock: Clock) -> None:
    clock.set("2026-03-03 10:00")
    boss = made.browser(made.add_user(ADMINISTRATOR))
    post(boss)
    boss.post("/dashboard/notices/1/state", data={"to": "archived"})
    assert "Closed on Friday" not in boss.get("/").text
    assert "Closed on Friday" in boss.get("/dashboard/notices?archived=1").text
    boss.post("/dashboard/notices/1/state", data={"to": "active"})
    assert "Closed on Friday" in boss.get("/").text
    boss.post("/dashboard/notices/1/state", data={"to": "nonsense"})
    assert "Closed on Friday" in boss.get("/").text
    boss.post("/dashboard/notices/1/state", data={"to": "deleted"})
    assert boss.get("/dashboard/notices/1").status_code == 404


def test_two_who_edit_the_same_notice_hear_of_each_other(made: Company) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    post(boss)
    assert boss.post("/dashboard/notices/1", data={**NEW, "version": "1", "title": "One"}).status_code == 302
    answer = boss.post("/dashboard/notices/1", data={**NEW, "version": "1", "title": "Two"})
    assert answer.status_code == 422
    assert "One" in answer.text


def test_without_the_right_nothing_is_posted(made: Company) -> None:
    clerk = made.add_user(permissions=["clients.view"])
    browser = made.browser(clerk)
    assert post(browser) == 403
    assert browser.get("/dashboard/notices").status_code == 403
    with made.database.transaction(made.actor(clerk)) as session, pytest.raises(Forbidden):
        post_notice(session, NEW)


def test_a_notice_is_in_the_change_log(made: Company) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    post(boss)
    from kartoteka.db.journal import changes_of
    from kartoteka.vocabulary.record import RecordRef

    with made.database.reading(made.system) as session:
        assert find(session, Notice, 1).author_id is not None
        assert [one.action for one in changes_of(session, RecordRef("dashboard.notice", 1))] == ["created"]
