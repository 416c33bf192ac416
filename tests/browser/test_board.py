"""The board in a browser: dragging, the keyboard, what a stage asks for, a phone, and what axe says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kartoteka.api.clients import create_client
from kartoteka.api.db import utc_now
from kartoteka.testing.company import PASSWORD, open_company
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.processes.models import Stage
from tests.browser import looks
from tests.browser.offices import Office, listen, served

BOARD = "/crm_inquiries/board/"


class Shop:
    """A company with a board, and Ona in front of it."""

    def __init__(self, company: Any, address: str, browser: Any) -> None:
        self.office = Office(company, address, browser)
        self.company = company
        self.ona = company.add_user("administrator", login="ona", name="Ona Onaitė")

    def register(self, subject: str, **values: Any) -> int:
        """Register an inquiry with a call tomorrow."""
        step = NextStep(starts_at=utc_now() + timedelta(days=1), name="Call")
        with self.company.database.transaction(self.company.actor(self.ona)) as session:
            client = create_client(session, {"name": f"UAB {subject}", "country": "LT"}).id
            return register_inquiry(session, {"client_id": client, "subject": subject, **values}, step).id

    def stage(self, inquiry_id: int) -> str:
        """Return the name of the stage that an inquiry is at."""
        with self.company.database.reading(self.company.system) as session:
            found = select(Stage.name).join(Inquiry, Inquiry.stage_id == Stage.id).where(Inquiry.id == inquiry_id)
            return str(session.scalars(found).one())


@pytest.fixture
def shop(browser: Any) -> Iterator[Shop]:
    with open_company("sqlite", timezone="Europe/Vilnius") as company:
        company.switch("crm_inquiries")
        company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
        with served(company.app) as address:
            yield Shop(company, address, browser)


@pytest.fixture
def board(shop: Shop) -> Iterator[Page]:
    yield from open_page(shop, width=1280)


@pytest.fixture
def phone(shop: Shop) -> Iterator[Page]:
    yield from open_page(shop, width=360)


def open_page(shop: Shop, width: int, **options: Any) -> Iterator[Page]:
    context = shop.office.browser.new_context(
        base_url=shop.office.address, viewport={"width": width, "height": 900}, locale="en-GB", **options
    )
    page = context.new_page()
    console: list[str] = []
    listen(page, console)
    page.goto("/login")
    page.fill("input[name=login]", "ona")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    yield page
    refused = [line for line in console if not re.search(r"status of 4(09|22)", line)]
    context.close()
    assert not refused, refused


def card(page: Page, subject: str) -> Any:
    return page.locator("[data-k-card]", has_text=subject)


def column(page: Page, name: str) -> Any:
    return page.locator(".k-board-column", has=page.get_by_role("heading", name=name))


def drag(page: Page, what: Any, where: Any) -> None:
    """Drag with the mouse in small steps, as a hand does."""
    start, end = what.bounding_box(), where.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] - 4, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 60), steps=12)
    page.mouse.up()


@pytest.mark.catalogue("X-08")
def test_a_card_is_dragged_to_another_column_and_taken_back(shop: Shop, board: Page) -> None:
    found = shop.register("Roof", value="500")
    board.goto(BOARD)
    drag(board, card(board, "Roof"), column(board, "Offer").locator(".k-board-cards"))
    expect(column(board, "Offer").locator("[data-k-sums]")).to_contain_text("500.00 EUR")
    expect(column(board, "New").locator("[data-k-number]")).to_have_text("0")
    assert shop.stage(found) == "Offer"
    board.get_by_role("button", name="Undo").click()
    expect(column(board, "New").locator("[data-k-number]")).to_have_text("1")
    assert shop.stage(found) == "New"


@pytest.mark.catalogue("X-08")
def test_a_drop_on_won_asks_for_the_sum(shop: Shop, board: Page) -> None:
    found = shop.register("Door")
    board.goto(BOARD)
    drag(board, card(board, "Door"), board.locator(".k-board-end.k-won"))
    prompt = board.locator("#k-board-prompt")
    expect(prompt).to_be_visible()
    expect(prompt).to_contain_text("asks for this first")
    assert not looks.serious_problems(board)
    board.keyboard.press("Escape")
    expect(column(board, "New").locator("[data-k-card]")).to_have_count(1)
    assert shop.stage(found) == "New"
    drag(board, card(board, "Door"), board.locator(".k-board-end.k-won"))
    prompt.get_by_label("Value").fill("750")
    prompt.get_by_role("button", name="Move").click()
    expect(board.locator("#k-toasts")).to_contain_text("is won")
    assert shop.stage(found) == "Won"


@pytest.mark.catalogue("X-08", part="a card lands where it is let go, not where it passed on its way")
def test_a_card_dragged_over_won_is_lost_where_it_is_let_go(shop: Shop, board: Page) -> None:
    found = shop.register("Door")
    for number in range(4):
        shop.register(f"Window {number}", value="100")
    board.goto(BOARD)
    won, lost = (board.locator(f".k-board-end.k-{outcome}").bounding_box() for outcome in ("won", "lost"))
    assert won
    assert lost
    start = card(board, "Door").bounding_box()
    assert start
    board.mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
    board.mouse.down()
    board.mouse.move(start["x"] + 40, start["y"] + start["height"] - 4, steps=4)
    for place in (won, lost):
        board.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] - 6, steps=12)
    board.mouse.up()
    prompt = board.locator("#k-board-prompt")
    expect(prompt).to_contain_text("“Lost” asks for this first")
    prompt.locator("[name=reason_text]").fill("Too dear")
    prompt.get_by_role("button", name="Move").click()
    expect(board.locator("#k-toasts")).to_contain_text("is lost")
    assert shop.stage(found) == "Lost"


@pytest.mark.catalogue("X-08", part="a card that is let go beside the board goes back")
def test_a_card_let_go_beside_the_board_goes_back(shop: Shop, board: Page) -> None:
    found = shop.register("Door")
    board.goto(BOARD)
    start, over = card(board, "Door").bounding_box(), column(board, "Offer").bounding_box()
    assert start
    assert over
    board.mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
    board.mouse.down()
    board.mouse.move(over["x"] + 60, over["y"] + over["height"] / 2, steps=8)
    expect(column(board, "Offer").locator("[data-k-card]")).to_have_count(1)
    board.mouse.move(over["x"] + 60, 8, steps=8)
    board.mouse.up()
    expect(column(board, "New").locator("[data-k-card]")).to_have_count(1)
    board.reload()
    expect(column(board, "New").locator("[data-k-card]")).to_have_count(1)
    assert shop.stage(found) == "New"


@pytest.mark.catalogue("X-08", part="by finger")
@pytest.mark.catalogue("X-16", part="cards of the board are dragged by finger")
def test_a_card_is_dragged_by_finger(shop: Shop) -> None:
    found = shop.register("Gate", value="900")
    for tablet in open_page(shop, width=1024, has_touch=True):
        tablet.goto(BOARD)
        start, end = card(tablet, "Gate").bounding_box(), column(tablet, "Contacted").bounding_box()
        assert start
        assert end
        fingers = tablet.context.new_cdp_session(tablet)

        def touch(kind: str, *place: float, to: Any = fingers) -> None:
            points = [{"x": place[0], "y": place[1]}] if place else []
            to.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        x, y = start["x"] + 30, start["y"] + start["height"] - 8
        touch("touchStart", x, y)
        expect(card(tablet, "Gate")).to_have_class(re.compile("sortable-chosen"))
        for part in range(1, 9):
            touch("touchMove", x + (end["x"] + 60 - x) * part / 8, y + (end["y"] + 90 - y) * part / 8)
        expect(column(tablet, "Contacted").locator("[data-k-card]")).to_have_count(1)
        touch("touchEnd")
        expect(column(tablet, "Contacted").locator("[data-k-number]")).to_have_text("1")
        assert shop.stage(found) == "Contacted"


@pytest.mark.catalogue("X-08")
def test_cards_are_moved_with_the_keyboard_alone(shop: Shop, board: Page) -> None:
    found = shop.register("Window")
    shop.register("Zebra")
    board.goto(BOARD)
    card(board, "Window").locator("a").first.focus()
    board.keyboard.press("ArrowDown")
    expect(card(board, "Zebra").locator("a").first).to_be_focused()
    board.keyboard.press("ArrowUp")
    board.keyboard.press("Shift+ArrowRight")
    expect(column(board, "Contacted").locator("[data-k-card]")).to_have_count(1)
    expect(card(board, "Window").locator("a").first).to_be_focused()
    assert shop.stage(found) == "Contacted"
    board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    prompt = board.locator("#k-board-prompt")
    expect(prompt).to_be_visible()
    prompt.get_by_label("New stage").select_option(label="Negotiation")
    prompt.get_by_role("button", name="Move").press("Enter")
    expect(column(board, "Negotiation").locator("[data-k-card]")).to_have_count(1)
    assert shop.stage(found) == "Negotiation"


def test_the_board_looks_right_wide_and_on_a_phone(shop: Shop, board: Page, phone: Page) -> None:
    shop.register("Gate", value="1200")
    for page in (board, phone):
        page.goto(BOARD)
        assert not looks.serious_problems(page)
        assert not page.evaluate(looks.STICKING_OUT)
    assert not phone.evaluate(looks.TOO_SMALL)


@pytest.mark.catalogue("CORE-25")
def test_stages_are_dragged_into_order(shop: Shop, board: Page) -> None:
    shop.register("Gate")
    with shop.company.database.reading(shop.company.system) as session:
        process_id = session.scalars(select(Stage.process_id).where(Stage.name == "Offer")).one()
    board.goto(f"/crm_inquiries/processes/{process_id}")
    assert not looks.serious_problems(board)
    rows = board.locator("[data-k-id]")
    handle = rows.filter(has_text="Offer").locator("[data-k-handle]")
    with board.expect_response(lambda answer: answer.url.endswith("/order")) as answered:
        handle.drag_to(rows.first)
    assert answered.value.status == 204
    board.reload()
    expect(rows.first).to_contain_text("Offer")
