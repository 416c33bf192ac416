"""A page that is looked at wide and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Page, Response

from tests.browser.looks import (
    COLOURS,
    CUT_OFF,
    LANGUAGE,
    PHONE,
    STICKING_OUT,
    TOO_SMALL,
    WIDE,
    serious_problems,
    show,
    take_picture,
)
from tests.browser.offices import Office


class Look(NamedTuple):
    """A page to look at: who opens it, how the server answers, and what is done on it before looking."""

    name: str
    url: str
    login: str = "rasa"
    status: int = 200
    prepare: Callable[[Page], None] | None = None
    may_scroll: bool = False
    """A register of many columns scrolls in its own box."""


def look_at(office: Office, places: dict[str, Any], look: Look) -> None:
    """Open a page, and find nothing that sticks out, is too small for fingers or is serious for axe."""
    with office.tab(look.login, viewport=WIDE, color_scheme="light", locale=LANGUAGE) as page:
        show(page, WIDE, "light")
        page.evaluate("taken => sessionStorage.taken = taken", places["taken"])
        with statuses_of(page) as statuses:
            page.goto(look.url.format(**places))
            if look.prepare:
                look.prepare(page)
            page.wait_for_load_state("networkidle")
        assert statuses[-1] == look.status
        take_picture(page, f"{look.name}-wide-light")
        assert serious_problems(page) == [], "light"
        show(page, WIDE, "dark")
        assert serious_problems(page, COLOURS) == [], "dark"
        take_picture(page, f"{look.name}-wide-dark")
        show(page, WIDE, "light")
        assert page.evaluate(STICKING_OUT) == []
        assert look.may_scroll or LANGUAGE != "en" or page.evaluate(CUT_OFF) == []
        show(page, PHONE, "light")
        take_picture(page, f"{look.name}-phone-light", whole=True)
        assert page.evaluate(STICKING_OUT) == []
        assert page.evaluate(TOO_SMALL) == []
        if not look.login:
            look_as_visitor(page)
    if look.status != 200:
        office.expect_refusal(look.status)


@contextmanager
def statuses_of(page: Page) -> Iterator[list[int]]:
    """Note how the server answers when the page goes somewhere."""
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if answer.request.is_navigation_request():
            statuses.append(answer.status)

    page.on("response", note)
    yield statuses
    page.remove_listener("response", note)


def look_as_visitor(page: Page) -> None:
    """Find nothing serious for axe on a phone either: whoever comes from outside comes with one."""
    for scheme in ("light", "dark"):
        show(page, PHONE, scheme)
        assert serious_problems(page, COLOURS if scheme == "dark" else None) == [], f"phone, {scheme}"
