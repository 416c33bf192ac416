"""Every page of inquiries, activities and the calendar, wide and on a phone, light and dark, as axe sees it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kartoteka.builtin.users.models import User
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm
from kartoteka_crm_inquiries.intake.public_views import BOOKED
from kartoteka_crm_inquiries.intake.seals import seal_id
from tests.browser.looking import Look, look_at
from tests.browser.looks import LANGUAGE
from tests.browser.offices import Office

ROOT = "/crm_inquiries"
REPORTS = (
    "funnel",
    "forecast",
    "reasons",
    "promises_kept",
    "appeals",
    "needs",
    "client_costs",
    "contacts_by_employee",
    "work_by_month",
    "work_with_clients",
    "talks",
    "register",
    "sources",
    "service_times",
    "finished",
    "unfinished",
    "plan_and_actual",
)


def edit_a_fact(page: Page) -> None:
    """Open the form of a fact in its place."""
    page.locator("#value-value .k-edit").press("Enter")
    expect(page.locator("#value-value").get_by_label("Value")).to_be_focused()


def send_page(page: Page) -> None:
    """Send a page as it was opened, which is refused."""
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def choose_time(page: Page) -> None:
    """Choose the first free time that is shown."""
    page.locator("main section a").first.click()
    expect(page.locator("button[type=submit]")).to_be_visible()


def book_nothing(page: Page) -> None:
    """Book a time without saying who one is."""
    choose_time(page)
    send_page(page)


LOOKS = (
    Look("inquiries", f"{ROOT}/inquiries/"),
    Look("inquiries-nothing", f"{ROOT}/inquiries/?q=qwertyuiop"),
    Look("inquiry", f"{ROOT}/inquiries/{{inquiry}}"),
    Look("inquiry-new", f"{ROOT}/inquiries/new"),
    Look("inquiry-new-of-client", f"{ROOT}/inquiries/new?client={{client}}"),
    Look("inquiry-fact", f"{ROOT}/inquiries/{{inquiry}}/facts/value"),
    Look("inquiry-fact-in-place", f"{ROOT}/inquiries/{{inquiry}}", prepare=edit_a_fact),
    Look("inquiry-edit", f"{ROOT}/inquiries/{{inquiry}}/edit"),
    Look("inquiry-close", f"{ROOT}/inquiries/{{inquiry}}/close"),
    Look("order-new", f"{ROOT}/orders/new"),
    Look("tender-new", f"{ROOT}/tenders/new"),
    Look("board", f"{ROOT}/board/"),
    Look("activities", f"{ROOT}/activities/"),
    Look("tasks", f"{ROOT}/tasks"),
    Look("activity", f"{ROOT}/activities/{{activity}}"),
    Look("activity-new", f"{ROOT}/activities/new"),
    Look("activity-finish", f"{ROOT}/activities/{{activity}}/finish"),
    Look("activity-repeat", f"{ROOT}/activities/{{activity}}/repeat"),
    Look("activity-people", f"{ROOT}/activities/{{activity}}/people"),
    Look("call-new", f"{ROOT}/calls/new?client={{client}}"),
    Look("work", f"{ROOT}/work"),
    Look("calendar-day", f"{ROOT}/calendar?mode=day"),
    Look("calendar-week", f"{ROOT}/calendar?mode=week"),
    Look("calendar-month", f"{ROOT}/calendar?mode=month"),
    Look("calendar-agenda", f"{ROOT}/calendar?mode=agenda"),
    Look("calendar-people", f"{ROOT}/calendar?mode=people"),
    Look("calendar-quarter", f"{ROOT}/calendar?mode=quarter"),
    Look("calendar-free", f"{ROOT}/calendar/free"),
    Look("calendar-hours", f"{ROOT}/calendar/hours"),
    Look("calendar-import", f"{ROOT}/calendar/import"),
    Look("calendar-plan", f"{ROOT}/calendar/plan"),
    Look("promises", f"{ROOT}/promises/"),
    Look("projects", f"{ROOT}/projects/"),
    Look("needs", f"{ROOT}/needs/"),
    Look("appeals", f"{ROOT}/appeals/"),
    Look("letters", f"{ROOT}/letters/"),
    Look("processes", f"{ROOT}/processes/"),
    Look("process", f"{ROOT}/processes/1"),
    Look("assignment", f"{ROOT}/assignment/"),
    Look("reminders", f"{ROOT}/reminders"),
    Look("used", f"{ROOT}/used"),
    Look("tab-of-inquiries", f"{ROOT}/clients/{{client}}/inquiries"),
    Look("tab-of-activities", f"{ROOT}/clients/{{client}}/activities"),
    Look("web-forms", f"{ROOT}/forms/"),
    Look("booking", f"{ROOT}/booking/"),
    Look("public-form", f"{ROOT}/form/{{form}}", ""),
    Look("public-form-refused", f"{ROOT}/form/{{form}}", "", 422, send_page),
    Look("public-form-thanks", f"{ROOT}/form/{{form}}/thanks", ""),
    Look("public-form-gone", f"{ROOT}/form/{'a' * 43}", "", 404),
    Look("public-times", f"{ROOT}/book/{{link}}", ""),
    Look("public-booking", f"{ROOT}/book/{{link}}", "", prepare=choose_time),
    Look("public-booking-refused", f"{ROOT}/book/{{link}}", "", 422, book_nothing),
    Look("public-booked", f"{ROOT}/booked/{{booked}}", ""),
    *(Look(f"report-{name}", f"/reports{ROOT}/{name}", may_scroll=name == "register") for name in REPORTS),
)


@pytest.fixture(scope="module")
def shop(open_office: Callable[..., Office]) -> Office:
    """The demo company with clients and inquiries."""
    return open_office(modules=("crm_clients", "crm_inquiries"))


@pytest.fixture(scope="module")
def places(shop: Office) -> dict[str, Any]:
    """The records that pages are about, and the language that people read them in."""
    with shop.company.database.transaction(shop.company.system) as session:
        for user in session.scalars(select(User)):
            user.language = LANGUAGE
        first = select(func.min(Inquiry.id)).where(Inquiry.closed_at.is_(None))
        inquiry = session.get_one(Inquiry, session.scalar(first))
        planned = select(func.min(Activity.id)).where(Activity.inquiry_id == inquiry.id, Activity.status.in_(OPEN))
        return {
            "inquiry": inquiry.id,
            "client": inquiry.client_id,
            "activity": session.scalar(planned),
            "form": session.scalars(select(WebForm.token)).first(),
            "link": session.scalars(select(BookingLink.token)).first(),
            "booked": seal_id(shop.company.app.secret_key or "", BOOKED, session.scalar(planned) or 0),
            "taken": "",
        }


@pytest.fixture
def office(shop: Office) -> Iterator[Office]:
    """At the end of the test every console must have been silent."""
    shop.console.clear()
    yield shop
    assert not shop.console, "\n".join(shop.console)


@pytest.mark.catalogue("X-16", part="pages of inquiries fit 360 px, and fingers find their targets")
@pytest.mark.catalogue("X-18", part="pages of inquiries in light and dark; axe finds nothing serious in either")
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_page(office: Office, places: dict[str, Any], look: Look) -> None:
    look_at(office, places, look)
