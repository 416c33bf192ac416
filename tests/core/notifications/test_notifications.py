"""Notifications: who gets one, how it reads, where it leads, and what the bell counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.notifications.service import KEPT, KEPT_READ, forget_old, notify
from kartoteka.db.clock import utc_now
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef

TYPE = "dashboard.birthday"
HELLO = Message("Birthday today: turns %(age)s", {"age": 50})


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


def tell(company: Company, user_ids: list[int], message: Message = HELLO, **more: Any) -> int:
    with company.database.transaction(company.system) as session:
        return notify(session, user_ids, TYPE, message, more.pop("ref", None), **more)


def kept(company: Company) -> int:
    with company.database.reading(company.system) as session:
        return session.scalar(select(func.count(Notification.id))) or 0


def test_the_bell_counts_with_the_sign_in_statement(
    made: Company, statements: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = made.add_user(ADMINISTRATOR)
    browser = made.browser(anna)
    browser.get("/users/me")
    from kartoteka.testing.statements import counted_statements

    with counted_statements(made.database) as before:
        assert "unread notification" not in browser.get("/users/me").text
    assert tell(made, [anna]) == 1
    with counted_statements(made.database) as after:
        assert "1 unread notification" in browser.get("/users/me").text
    assert len(after) == len(before)


def test_only_those_who_have_the_right_and_want_it_get_it(made: Company) -> None:
    seller, clerk = made.add_user(permissions=["clients.view"]), made.add_user(permissions=[])
    gone, quiet = made.add_user(permissions=["clients.view"]), made.add_user(permissions=["clients.view"])
    made.browser(quiet).post("/notifications/types", data={})
    from kartoteka.builtin.users.service import deactivate_user

    with made.database.transaction(made.system) as session:
        deactivate_user(session, gone)
    assert tell(made, [seller, clerk, gone, quiet, seller]) == 1
    made.browser(quiet).post("/notifications/types", data={"wanted": [TYPE]})
    assert tell(made, [quiet]) == 1


def test_the_same_event_is_told_once(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    assert tell(made, [anna], dedup="one") == 1
    assert tell(made, [anna], dedup="one") == 0
    assert tell(made, [anna], dedup="two") == 1
    assert tell(made, [anna]) == tell(made, [anna]) == 1
    assert kept(made) == 4


def test_an_unknown_type_is_a_mistake_of_the_caller(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.system) as session, pytest.raises(LookupError):
        notify(session, [anna], "dashboard.nonsense", HELLO)


def test_the_reader_gets_it_in_his_language_with_his_dates(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, language="lt")
    message = Message("%(day)s, %(sum)s, %(word)s", {"day": date(2026, 3, 2), "sum": Decimal("1234.50"), "word": HELLO})
    tell(made, [anna], message)
    page = made.browser(anna).get("/notifications/").text
    assert "2026-03-02, 1\N{NO-BREAK SPACE}234,50" in page
    tell(made, [anna], Message("<b>%(name)s</b>", {"name": "<script>"}))
    assert "&lt;b&gt;&lt;script&gt;&lt;/b&gt;" in made.browser(anna).get("/notifications/").text


def test_opening_one_marks_it_read_and_leads_to_the_record(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    client = made.add_client("UAB Langai")
    tell(made, [anna], ref=RecordRef("clients.client", client.id))
    browser = made.browser(anna)
    page = browser.get("/notifications/").text
    assert "UAB Langai" in page
    assert "is-unread" in page
    assert browser.post("/notifications/1/open").location == f"/clients/{client.id}"
    assert "is-unread" not in browser.get("/notifications/").text
    assert "You have read everything" in browser.get("/notifications/?unread=1").text


def test_a_record_that_the_reader_may_not_see_any_more_is_not_named(made: Company) -> None:
    other = made.add_user(ADMINISTRATOR)
    seller = made.add_user(permissions=["clients.view"])
    client = made.add_client("UAB Langai", manager_id=seller)
    tell(made, [seller], ref=RecordRef("clients.client", client.id))
    browser = made.browser(seller)
    assert "UAB Langai" in browser.get("/notifications/").text
    from kartoteka.builtin.clients.service import set_manager

    with made.database.transaction(made.system) as session:
        set_manager(session, [client.id], other)
    page = browser.get("/notifications/").text
    assert "UAB Langai" not in page
    assert "turns 50" not in page
    assert "may not see it any more" in page
    assert browser.post("/notifications/1/open").location == "/notifications/"


def test_nobody_opens_or_reads_what_others_were_told(made: Company) -> None:
    anna, other = made.add_user(ADMINISTRATOR), made.add_user(ADMINISTRATOR)
    tell(made, [anna])
    browser = made.browser(other)
    assert browser.post("/notifications/1/open").status_code == 404
    browser.post("/notifications/read")
    assert "Nothing has happened yet" in browser.get("/notifications/").text
    assert "1 unread notification" in made.browser(anna).get("/").text


def test_all_are_marked_read_up_to_the_newest_one_shown(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    for number in range(3):
        tell(made, [anna], Message(f"number {number}"))
    browser = made.browser(anna)
    browser.post("/notifications/read", data={"up_to": "2"})
    assert "1 unread notification" in browser.get("/").text
    browser.post("/notifications/read", data={"up_to": "nonsense"})
    assert "unread notification" not in browser.get("/").text


def test_pages_go_back_to_the_oldest(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    for number in range(35):
        tell(made, [anna], Message(f"number {number}."))
    browser = made.browser(anna)
    first = browser.get("/notifications/").text
    assert "number 34." in first
    assert "number 4." not in first
    assert "before=6" in first
    second = browser.get("/notifications/?before=6").text
    assert "number 0." in second
    assert "number 5." not in second
    assert "Older" not in second


def test_the_bell_of_a_page_left_open_after_signing_out_stays_quiet(made: Company) -> None:
    made.add_user(ADMINISTRATOR)
    answer = made.browser().get("/notifications/bell", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (204, "")


def test_what_makes_no_sense_among_the_choices_is_left_out(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    browser = made.browser(anna)
    nonsense = {"wanted": [TYPE, "no.type"], f"days:{TYPE}": "9999", "days:no.type": "3", "days:": "x"}
    assert browser.post("/notifications/types", data=nonsense).status_code == 302
    browser.post("/notifications/types", data={"wanted": TYPE, f"days:{TYPE}": "7"})
    assert '<option value="7" selected>' in browser.get("/notifications/types").text


def test_old_ones_are_forgotten(made: Company, clock: Clock, run_jobs: Callable[..., int]) -> None:
    clock.set("2026-03-02 01:00")
    anna = made.add_user(ADMINISTRATOR)
    run_jobs(made)
    tell(made, [anna], Message("read"))
    made.browser(anna).post("/notifications/read")
    tell(made, [anna], Message("unread"))
    clock.move(days=KEPT_READ.days + 1)
    run_jobs(made)
    assert kept(made) == 1
    clock.move(days=KEPT.days)
    with made.database.transaction(made.system) as session:
        assert forget_old(session) == 1
    assert utc_now().year == 2026


@pytest.mark.needs_module("crm_clients")
def test_a_module_that_is_off_tells_and_counts_nothing(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR)
    made.switch("crm_clients")
    client = made.add_client("UAB Langai", manager_id=anna)
    with made.database.transaction(made.system) as session:
        notify(session, [anna], "crm_clients.birthday", Message("of a module"), RecordRef("clients.client", client.id))
    browser = made.browser(anna)
    assert "of a module" in browser.get("/notifications/").text
    made.switch("crm_clients", on=False)
    page = browser.get("/notifications/").text
    assert "of a module" not in page
    assert "unread notification" not in page
    with made.database.transaction(made.system) as session, pytest.raises(LookupError):
        notify(session, [anna], "crm_clients.birthday", HELLO)
    made.switch("crm_clients")
    assert "of a module" in browser.get("/notifications/").text
