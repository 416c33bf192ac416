"""The calendar in a browser: dragging, stretching, drawing a time, the keyboard, a phone, and what axe says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.testing.company import PASSWORD, open_company
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from tests.browser import looks
from tests.browser.offices import Office, listen, served

ZONE = ZoneInfo("Europe/Vilnius")
PATH = "/crm_inquiries/calendar"
MONDAY = datetime(2027, 3, 1, tzinfo=ZONE)
"""A week of its own, far from any clock change and holiday."""


class Desk:
    """A company of two with a calendar, and Ona in front of it."""

    def __init__(self, company: Any, address: str, browser: Any) -> None:
        self.office = Office(company, address, browser)
        self.company = company
        self.ona = company.add_user("administrator", login="ona", name="Ona Onaitė")
        self.jonas = company.add_user(
            permissions=("crm_inquiries.view_activities", "crm_inquiries.edit_activities"), login="jonas", name="Jonas"
        )

    def plan(self, name: str, day: int, hour: float, minutes: int = 60, **values: Any) -> int:
        """Plan something in the week of the tests."""
        starts = MONDAY + timedelta(days=day, hours=hour)
        given = {"name": name, "starts_at": starts, "ends_at": starts + timedelta(minutes=minutes), **values}
        with self.company.database.transaction(self.company.actor(self.ona)) as session:
            return plan_activity(session, given).id

    def moment(self, name: str) -> tuple[str, str, int | None]:
        """Return from when to when something is, and who does it."""
        with self.company.database.reading(self.company.system) as session:
            found = session.scalars(select(Activity).where(Activity.name == name)).one()
            clock = [one.astimezone(ZONE).strftime("%a %H:%M") for one in (found.starts_at, found.ends_at)]
            return clock[0], clock[1], found.performer_id


@pytest.fixture
def desk(browser: Any) -> Iterator[Desk]:
    with open_company("sqlite", timezone="Europe/Vilnius") as company:
        company.switch("crm_inquiries")
        company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
        with served(company.app) as address:
            yield Desk(company, address, browser)


@pytest.fixture
def sit_down(desk: Desk) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(**options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 1000}, **options}
        context = desk.office.browser.new_context(base_url=desk.office.address, timezone_id="Europe/Vilnius", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        listen(page, desk.office.console)
        page.goto("/login")
        page.locator("#login").fill("ona")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not desk.office.console, "\n".join(desk.office.console)


def week(mode: str = "week") -> str:
    return f"{PATH}?mode={mode}&day={MONDAY.date().isoformat()}"


def spot(page: Page, day: int, hour: float) -> tuple[float, float]:
    """Return where a time of a day lies on the page."""
    column = page.locator(".k-cal-day").nth(day).bounding_box()
    first = int(page.locator("[data-first]").get_attribute("data-first") or 0)
    hours = page.locator(".k-cal-hours span").count()
    assert column
    return column["x"] + column["width"] * 0.6, column["y"] + column["height"] * (hour - first) / hours + 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


@pytest.mark.catalogue("X-20", part="drag to move and to stretch, with undo")
def test_an_event_is_dragged_stretched_and_put_back(desk: Desk, sit_down: Any) -> None:
    desk.plan("Visit", 0, 10)
    page = sit_down()
    page.goto(week())
    drag(page, spot(page, 0, 10.3), spot(page, 2, 13.3))
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Visit")[:2] == ("Wed 13:00", "Wed 14:00")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert desk.moment("Visit")[:2] == ("Mon 10:00", "Mon 11:00")
    page.goto(week())
    box = page.get_by_role("link", name=re.compile("Visit")).bounding_box()
    assert box
    x, _y = spot(page, 0, 12.6)
    drag(page, (x, box["y"] + box["height"] - 3), spot(page, 0, 12.6))
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Visit")[:2] == ("Mon 10:00", "Mon 12:45")


@pytest.mark.catalogue("IN-37")
def test_a_double_click_opens_the_task_and_a_single_one_only_chooses(desk: Desk, sit_down: Any) -> None:
    activity_id = desk.plan("Visit", 0, 10)
    page = sit_down()
    page.goto(week())
    event = page.get_by_role("link", name=re.compile("Visit"))
    event.click()
    chosen = page.get_by_role("region", name="Chosen")
    expect(chosen).to_contain_text("Visit")
    assert "/activities/" not in page.url
    event.dblclick()
    page.wait_for_url(f"**/crm_inquiries/activities/{activity_id}")
    desk.office.console.clear()


@pytest.mark.catalogue("X-20", part="by keyboard: choose, move, finish, change the mode")
def test_everything_goes_by_keyboard(desk: Desk, sit_down: Any) -> None:
    desk.plan("First", 0, 10)
    desk.plan("Second", 0, 14)
    desk.plan("Third", 1, 14)
    page = sit_down()
    page.goto(week())
    page.get_by_role("link", name=re.compile("First")).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=re.compile("Second"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=re.compile("Third"))).to_be_focused()
    page.keyboard.press("m")
    page.get_by_label("Start").fill("2027-03-04T09:00")
    page.get_by_label("End").fill("2027-03-04T10:30")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Third")[:2] == ("Thu 09:00", "Thu 10:30")
    page.get_by_role("link", name=re.compile("First")).focus()
    page.keyboard.press("d")
    expect(page.get_by_label("Took, min")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is done")).to_be_visible()
    for key, name in zip("123456", ("Day", "Week", "Month", "Agenda", "Three months", "People"), strict=True):
        page.keyboard.press(key)
        modes = page.get_by_role("navigation", name="What the calendar shows")
        expect(modes.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


@pytest.mark.catalogue("IN-39", part="a click on a free time, or a stretch drawn over it, opens the form")
def test_a_free_time_opens_the_form_with_it(desk: Desk, sit_down: Any) -> None:
    page = sit_down()
    page.goto(f"{week()}&user={desk.jonas}")
    page.mouse.click(*spot(page, 3, 11.3))
    expect(page.get_by_label("Start")).to_have_value("2027-03-04T11:15")
    expect(page.get_by_label("End")).to_have_value("2027-03-04T12:15")
    expect(page.get_by_label("Performer")).to_have_value(str(desk.jonas))
    page.goto(week())
    drag(page, spot(page, 1, 9.1), spot(page, 1, 10.8))
    expect(page.get_by_label("Start")).to_have_value("2027-03-02T09:00")
    expect(page.get_by_label("End")).to_have_value("2027-03-02T11:00")
    page.get_by_label("What", exact=True).fill("Stock-taking")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name=re.compile("Stock-taking"))).to_be_visible()


@pytest.mark.catalogue("X-20", part="by finger: two taps plan, and the buttons below move")
def test_two_taps_plan_by_finger(desk: Desk, sit_down: Any) -> None:
    page = sit_down(has_touch=True)
    page.goto(week())
    page.touchscreen.tap(*spot(page, 3, 11.3))
    expect(page.get_by_label("Start")).to_have_value("2027-03-04T11:15")
    page.get_by_label("What", exact=True).fill("Stock-taking")
    page.get_by_role("button", name="Plan", exact=True).tap()
    visit = page.get_by_role("link", name=re.compile("Stock-taking"))
    expect(visit).to_be_visible()
    assert desk.moment("Stock-taking")[:2] == ("Thu 11:15", "Thu 12:15")
    visit.tap()
    page.get_by_role("region", name="Chosen").get_by_role("link", name="Move").tap()
    page.get_by_label("Start").fill("2027-03-05T09:00")
    page.get_by_label("End").fill("2027-03-05T10:00")
    page.locator("main .k-submit button[type=submit]").first.tap()
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Stock-taking")[:2] == ("Fri 09:00", "Fri 10:00")


@pytest.mark.catalogue("X-20", part="an inquiry is dragged to the time at which one works on it")
def test_an_inquiry_is_dragged_into_the_week(desk: Desk, sit_down: Any) -> None:
    client = desk.company.add_client("UAB Langai", actor=desk.company.actor(desk.ona)).id
    step = NextStep(starts_at=utc_now() + timedelta(days=1), name="Call")
    with desk.company.database.transaction(desk.company.actor(desk.ona)) as session:
        register_inquiry(session, {"client_id": client, "subject": "Twelve windows"}, step)
    page = sit_down()
    page.goto(week())
    item = page.locator("[data-inquiry]").bounding_box()
    assert item
    drag(page, (item["x"] + 8, item["y"] + item["height"] - 6), spot(page, 4, 15.1))
    expect(page.get_by_role("status").filter(has_text="is planned")).to_be_visible()
    assert desk.moment("Twelve windows")[:2] == ("Fri 15:00", "Fri 16:00")
    expect(page.get_by_role("link", name=re.compile("Twelve windows · UAB Langai"))).to_be_visible()


@pytest.mark.catalogue("IN-38", part="work is dragged to a colleague who is free")
def test_work_is_dragged_to_a_colleague(desk: Desk, sit_down: Any) -> None:
    desk.plan("Visit", 0, 10)
    page = sit_down()
    page.goto(week("people"))
    bar = page.get_by_role("link", name=re.compile("Visit")).bounding_box()
    lane = page.locator(f"[data-user='{desk.jonas}']").bounding_box()
    assert bar
    assert lane
    start = (bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    drag(page, start, (start[0], lane["y"] + lane["height"] / 2))
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Visit") == ("Mon 10:00", "Mon 11:00", desk.jonas)


@pytest.mark.catalogue("IN-35", part="days drawn over in the small month")
def test_days_of_the_small_month_are_drawn_over(desk: Desk, sit_down: Any) -> None:
    page = sit_down()
    page.goto(week())
    boxes = [page.locator(f"[data-k-mini] [data-day='2027-03-{day}']").bounding_box() for day in ("09", "12")]
    first, last = ((box["x"] + 9, box["y"] + 9) if box else (0.0, 0.0) for box in boxes)
    drag(page, first, last)
    page.wait_for_url(re.compile("mode=range"))
    expect(page.locator(".k-cal-day")).to_have_count(4)


def test_a_chip_is_dragged_to_another_day_of_the_month(desk: Desk, sit_down: Any) -> None:
    desk.plan("Visit", 1, 10)
    page = sit_down()
    page.goto(week("month"))
    chip = page.get_by_role("link", name=re.compile("10:00.*Visit")).bounding_box()
    cell = page.locator(".k-cal-cell[data-day='2027-03-11']").bounding_box()
    assert chip
    assert cell
    drag(page, (chip["x"] + 20, chip["y"] + 8), (cell["x"] + 30, cell["y"] + 60))
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert desk.moment("Visit")[:2] == ("Thu 10:00", "Thu 11:00")


MODES = ("day", "week", "month", "agenda", "quarter", "people", "people&span=month", "people&rows=resources")


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_fits_a_phone_and_axe_finds_nothing_serious(desk: Desk, sit_down: Any, mode: str) -> None:
    desk.plan("Visit", 0, 10)
    desk.plan("Another", 0, 10.5)
    desk.plan("Fair", 0, 0, 48 * 60, all_day=True)
    page = sit_down()
    page.goto(week(mode))
    for scheme in ("light", "dark"):
        looks.show(page, looks.WIDE, scheme)
        assert looks.serious_problems(page) == []
    looks.show(page, looks.PHONE, "light")
    assert looks.serious_problems(page) == []
    assert page.evaluate(looks.STICKING_OUT) == []
    assert page.evaluate(looks.TOO_SMALL) == []


@pytest.mark.parametrize("path", ["plan", "free", "hours"])
def test_forms_fit_a_phone(desk: Desk, sit_down: Any, path: str) -> None:
    page = sit_down()
    page.goto(f"{PATH}/{path}")
    looks.show(page, looks.PHONE, "light")
    assert looks.serious_problems(page) == []
    assert page.evaluate(looks.STICKING_OUT) == []
    assert page.evaluate(looks.TOO_SMALL) == []


def test_it_is_read_turned_and_planned_without_script(desk: Desk, sit_down: Any) -> None:
    desk.plan("Visit", 0, 10)
    page = sit_down(java_script_enabled=False)
    page.goto(week())
    page.get_by_role("link", name="Later").click()
    page.get_by_role("link", name="Earlier").click()
    expect(page.get_by_role("link", name=re.compile("Visit"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Plan on .*2 Mar")).click()
    page.get_by_label("What", exact=True).fill("Without script")
    page.get_by_role("button", name="Plan").click()
    expect(page.get_by_role("link", name=re.compile("Without script"))).to_be_visible()
