"""A manager's week: inquiries come in, are worked off, planned, moved, promised and passed on; nothing is overdue.

Everything is done as people do it, in a browser: nobody types an address once signed in. Presses of the mouse and
shortcuts are counted where the design says how many are needed; typing in a field is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import add_start_entries
from kartoteka.testing.company import PASSWORD, open_company
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.calendar.working_time import USUAL_HOURS, WorkingTime
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.browser import looks
from tests.browser.offices import listen, served
from tests.browser.test_board import card, column, drag
from tests.core.inbox.letters import letter
from tests.modules.crm_inquiries.letters.conftest import PostHouse

REGISTER, LOG_A_CALL = 3, 2
"""Most presses, by the design: from the front page, and from the card."""
ROOF, WINDOWS, TASK = "Call about the roof", "Twelve windows", "Check the price list"


class Manager:
    """Rasa at her browser; ``presses`` are those since she began to count."""

    def __init__(self, office: PostHouse, page: Page) -> None:
        self.office, self.page, self.presses = office, page, 0

    def press(self, what: Locator) -> None:
        what.click()
        self.presses += 1

    def shortcut(self, keys: str) -> None:
        for key in keys.split():
            self.page.keyboard.press(key)
        self.presses += 1

    def home(self) -> None:
        """Go to the front page by the name of the company."""
        self.page.locator(".k-brand a").first.click()
        self.page.wait_for_url(lambda url: url.rstrip("/").count("/") == 2)

    def go(self, title: str) -> None:
        """Go where the main menu leads."""
        menu = self.page.get_by_role("navigation", name="Main menu")
        menu.get_by_role("link", name=re.compile(rf"^{title}\b")).first.click()
        expect(menu.locator("[aria-current=page]")).to_contain_text(title)

    def follow(self, name: str) -> None:
        """Follow a link of the page."""
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def inquiry(self, subject: str) -> Inquiry:
        with self.office.reading() as session:
            return session.scalars(select(Inquiry).where(Inquiry.subject == subject)).one()

    def activity(self, name: str) -> Activity:
        with self.office.reading() as session:
            return session.scalars(select(Activity).where(Activity.name == name)).one()

    def sound(self) -> None:
        """Say that the page has no serious fault for those who cannot see it."""
        assert not looks.serious_problems(self.page)


@pytest.fixture
def office() -> Iterator[PostHouse]:
    """A company with two sellers, an inquiry whose call is due now, another one, and a letter nobody has taken."""
    with open_company("sqlite", timezone="Europe/Vilnius") as company:
        company.switch("crm_clients", "crm_inquiries")
        made = PostHouse(company)
        with made.system() as session:
            add_start_entries(session)
        company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
        roofers = made.client("UAB Stogai", email="info@stogai.lt")
        made.inquiry(roofers, at=utc_now(), subject="A roof", value="5000")
        made.inquiry(made.client("UAB Langai"), subject=WINDOWS)
        made.comes(raw=letter("What does a roof cost?\n", sender="Ona <info@stogai.lt>", subject="Price of a roof"))
        yield made


@pytest.fixture
def address(office: PostHouse) -> Iterator[str]:
    with served(office.company.app) as found:
        yield found


@pytest.mark.catalogue("M-09", part="a week in a browser: nothing is forgotten")
@pytest.mark.catalogue("IN-10", part="result and next step in one go, on the work desk")
@pytest.mark.catalogue("IN-45", part="a letter is taken and answered in a browser")
@pytest.mark.catalogue("M-10", part="a promise is written down and kept")
def test_a_managers_week(office: PostHouse, address: str, browser: Browser) -> None:
    console: list[str] = []
    manager = Manager(office, sit_down(browser, address, "rasa", console))
    look_at_the_day(manager)
    register_an_inquiry(manager)
    log_a_call(manager)
    work_off_the_day(manager)
    plan_by_keyboard(manager)
    move_on_the_board(manager)
    promise_and_keep(manager)
    hand_a_task_over(manager)
    colleague = Manager(office, sit_down(browser, address, "jonas", console))
    find_and_do_it(colleague)
    answer_a_letter(manager)
    look_at_a_report(manager)
    close_the_week(manager)
    assert not [line for line in console if "422" not in line], console


def sit_down(browser: Browser, address: str, login: str, console: list[str]) -> Page:
    """Sign in by typing."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 1000}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    listen(page, console)
    page.goto("/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def look_at_the_day(manager: Manager) -> None:
    """The front page shows what is to be done today."""
    manager.home()
    day = manager.page.get_by_role("region", name="My activities of today")
    expect(day.get_by_role("link", name="Call back")).to_be_visible()
    expect(day).to_contain_text("UAB Stogai")
    manager.sound()


def register_an_inquiry(manager: Manager) -> None:
    """Somebody unknown asks: three presses, and what is done next is planned."""
    manager.home()
    page, manager.presses = manager.page, 0
    manager.shortcut("n i")
    expect(page.locator("#client")).to_be_focused()
    page.keyboard.type("UAB Nauji vartai")
    manager.press(page.get_by_label("Somebody new"))
    page.get_by_label("Subject").fill("A gate")
    manager.press(page.get_by_role("button", name="Save"))
    page.wait_for_url(re.compile(r"/inquiries/\d+$"))
    assert manager.presses <= REGISTER
    inquiry = manager.inquiry("A gate")
    assert inquiry.manager_id == manager.office.user_id
    assert inquiry.next_at == WorkingTime("LT", page_zone(), USUAL_HOURS).next_moment(utc_now())
    expect(page.locator("#next")).to_contain_text("Rasa Rasaitė")


def page_zone() -> Any:
    """Return the zone of the company."""
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Vilnius")


def log_a_call(manager: Manager) -> None:
    """A call that was made stands on the card after two presses."""
    page = manager.page
    client = manager.inquiry("A gate").client_id
    manager.follow("UAB Nauji vartai")
    page.wait_for_url(f"**/clients/{client}")
    manager.presses = 0
    manager.shortcut("l")
    expect(page.get_by_label("What was said")).to_be_focused()
    page.keyboard.type("They want it before Christmas.")
    manager.shortcut("Control+Enter")
    page.wait_for_url(f"**/clients/{client}/activities")
    assert manager.presses <= LOG_A_CALL
    expect(page.get_by_role("main")).to_contain_text("Phone call")


def work_off_the_day(manager: Manager) -> None:
    """The work desk deals what is due: done, with its result and the next step."""
    page = manager.page
    manager.go("Work")
    expect(page.locator("#work-title")).to_have_text("Call back")
    page.keyboard.press("d")
    page.get_by_label("What came of it").fill("They want an offer.")
    page.get_by_label("What comes next").select_option(label="Plan the next action")
    page.get_by_label("Next: what").fill("Send the offer")
    page.get_by_label("Next: when").fill(tomorrow().strftime("%Y-%m-%dT%H:%M"))
    manager.sound()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#work-title")).to_have_text("The day is done")
    inquiry = manager.inquiry("A roof")
    assert inquiry.next_at == manager.activity("Send the offer").due_at == tomorrow()


def tomorrow(hour: int = 9) -> datetime:
    """Return a time of tomorrow as the company's clock shows it."""
    day = utc_now().astimezone(page_zone()) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def plan_by_keyboard(manager: Manager) -> None:
    """A meeting is planned and moved in the calendar without the mouse."""
    page = manager.page
    manager.go("Calendar")
    page.locator(".k-cal-mini").wait_for()
    day = page.locator(f".k-cal-mini [data-day='{tomorrow().date()}']")
    if not day.count():
        manager.follow("Month after")
    day.click()
    page.wait_for_url("**mode=day**")
    page.get_by_role("link", name="Plan", exact=True).press("Enter")
    page.get_by_label("What", exact=True).fill("Meeting at the site")
    page.get_by_label("Start").fill(tomorrow(13).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("End").fill(tomorrow(14).strftime("%Y-%m-%dT%H:%M"))
    page.keyboard.press("Control+Enter")
    meeting = page.get_by_role("link", name=re.compile("Meeting at the site"))
    meeting.focus()
    page.keyboard.press("m")
    page.get_by_label("Start").fill(tomorrow(15).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("End").fill(tomorrow(16).strftime("%Y-%m-%dT%H:%M"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()
    assert manager.activity("Meeting at the site").starts_at == tomorrow(15)


def move_on_the_board(manager: Manager) -> None:
    """One card goes to another stage, another one is lost, which asks for the reason."""
    page = manager.page
    manager.go("Sales board")
    drag(page, card(page, "A roof"), column(page, "Offer").locator(".k-board-cards"))
    expect(column(page, "Offer").locator("[data-k-number]")).to_have_text("1")
    card(page, WINDOWS).locator("a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    prompt = page.locator("#k-board-prompt")
    prompt.get_by_label("New stage").select_option(label="Lost")
    prompt.get_by_role("button", name="Move").click()
    expect(page.get_by_text("asks for this first")).to_be_visible()
    page.locator("[name=reason_id]").select_option(index=1)
    page.locator("[name=reason_text]").fill("Somebody else was cheaper")
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#k-toasts")).to_contain_text("is lost")
    lost = manager.inquiry(WINDOWS)
    assert (lost.outcome, lost.next_at) == ("lost", None)
    assert lost.reason_text == "Somebody else was cheaper"
    assert lost.reason_id is not None


def promise_and_keep(manager: Manager) -> None:
    """What was promised is written down, stands on the card, and is kept."""
    page = manager.page
    manager.go("Sales board")
    card(page, "A roof").locator("a").first.click()
    manager.follow("UAB Stogai")
    page.get_by_role("navigation", name="Parts of this client card").get_by_role("link", name="Promises").click()
    page.get_by_role("link", name="Add a promise").first.click()
    page.locator("#text").fill("An offer by tomorrow")
    page.locator("#due_on").fill(str(tomorrow().date()))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row").filter(has_text="An offer by tomorrow")).to_contain_text("tomorrow")
    page.get_by_role("button", name="Fulfilled").click()
    expect(page.get_by_role("row").filter(has_text="An offer by tomorrow")).to_contain_text("fulfilled in full")


def hand_a_task_over(manager: Manager) -> None:
    """A task of today is passed on to a colleague with a note."""
    page = manager.page
    manager.home()
    manager.shortcut("n t")
    expect(page.locator("#name")).to_be_focused()
    page.locator("#name").fill(TASK)
    page.locator("#starts_at").fill(utc_now().astimezone(page_zone()).strftime("%Y-%m-%dT%H:%M"))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/activities/\d+$"))
    page.keyboard.press("h")
    page.locator("#receiver").select_option(label="Jonas Jonaitis")
    page.locator("#note").fill("The old one is in my drawer.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    assert manager.activity(TASK).performer_id == manager.office.other_id


def find_and_do_it(colleague: Manager) -> None:
    """The colleague is told, finds it on the work desk, and does it."""
    page = colleague.page
    colleague.home()
    page.locator(".k-bell > summary").click()
    expect(page.locator("#k-bell-latest")).to_contain_text("The old one is in my drawer.")
    colleague.go("Work")
    expect(page.locator("#work-title")).to_have_text(TASK)
    page.keyboard.press("d")
    page.locator("#outcome").fill("All prices are right.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#work-title")).to_have_text("The day is done")


def answer_a_letter(manager: Manager) -> None:
    """A letter of the shared mailbox is taken and answered; nobody else takes it any more."""
    page = manager.page
    manager.go("Shared mailbox")
    page.get_by_role("link", name="Price of a roof").first.click()
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_role("button", name="Give back")).to_be_visible()
    page.locator("#answer textarea").fill("Good morning,\n\n5000 EUR with all work.\n")
    manager.sound()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("region", name="Our reply")).to_contain_text("5000 EUR")
    manager.go("Shared mailbox")
    expect(page.get_by_role("row").filter(has_text="Price of a roof")).to_contain_text("Answered")


def look_at_a_report(manager: Manager) -> None:
    """A report counts what was done, and its figure leads to the list of it."""
    page = manager.page
    manager.go("Reports")
    page.get_by_role("link", name="Work by month").first.click()
    row = page.get_by_role("main").get_by_role("row").filter(has_text="Rasa Rasaitė")
    expect(row.locator("[data-label='Finished']").first).to_have_text("2")
    page.get_by_role("link", name="Show the records behind this report").click()
    page.wait_for_url(re.compile(r"/crm_inquiries/activities/\?"))
    for name in ("Call back", "Phone call"):
        expect(page.get_by_role("row").filter(has_text=name).first).to_be_visible()


def close_the_week(manager: Manager) -> None:
    """Nothing is overdue, nothing is left for today, and every open inquiry has a next action."""
    page = manager.page
    manager.go("Work")
    expect(page.locator("#work-title")).to_have_text("The day is done")
    manager.home()
    expect(page.get_by_role("region", name="Overdue")).not_to_contain_text("Call")
    with manager.office.reading() as session:
        late = select(func.count(Activity.id)).where(Activity.status.in_(OPEN), Activity.due_at < utc_now())
        assert session.scalar(late) == 0
        still_open = session.execute(select(Inquiry.subject, Inquiry.next_at).where(Inquiry.closed_at.is_(None))).all()
        assert sorted(one.subject for one in still_open) == ["A gate", "A roof"]
        assert all(one.next_at > utc_now() for one in still_open)
