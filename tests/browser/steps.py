"""What is done on a page before a picture of it is taken."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def save(page: Page) -> None:
    """Press the form's button and wait for its answer."""
    with page.expect_navigation():
        page.locator("main form .btn-primary").last.click()


def set_up_codes(page: Page) -> None:
    """Begin to take codes of a phone."""
    with page.expect_navigation():
        page.get_by_role("button", name="Set up").click()


def mistype(page: Page) -> None:
    """Send an edit with two errors and a warning in it."""
    page.locator("#company_name").fill("")
    page.locator("#email").fill("no address")
    page.locator("#registration_code").fill("12345")
    save(page)


def enter_again(page: Page) -> None:
    """Enter a client whose name is taken."""
    page.locator("#company_name").fill(page.evaluate("sessionStorage.taken"))
    page.locator("#phone").fill("8 612 34567")
    expect(page.locator("#duplicates .alert")).to_be_visible()


def dispute(page: Page) -> None:
    """Save what somebody else has changed meanwhile."""
    with page.context.new_page() as other:
        other.goto(page.url)
        other.locator("#phone").fill("+370 5 212 3456")
        other.locator("#activity").fill(f"Windows {page.evaluate('Date.now()')}")
        save(other)
    page.bring_to_front()
    page.locator("#phone").fill("+370 698 11111")
    page.locator("#activity").fill("Windows and doors, and whatever else a house needs before the winter comes")
    save(page)


def name_a_company(page: Page) -> None:
    """Type the beginning of a name that the company directory has."""
    page.locator("#company_name").fill("Žuvėdr")
    expect(page.locator("#directory .alert")).to_be_visible()


def choose_person(page: Page) -> None:
    """Enter a natural person."""
    page.locator("input[name=kind][value=person] + span").click()
    expect(page.locator("#surname")).to_be_visible()


def open_user_menu(page: Page) -> None:
    """Open the menu of the signed-in user."""
    page.locator(".k-user summary").click()


def search(page: Page) -> None:
    """Type into the search in the head."""
    page.locator("#k-search").fill("an")
    expect(page.locator("#k-suggestions a").first).to_be_visible()


def show_keys(page: Page) -> None:
    """Open the list of keys."""
    page.keyboard.press("?")
    expect(page.locator("#k-shortcuts")).to_be_visible()


def open_palette(page: Page) -> None:
    """Open the palette and look for something."""
    page.keyboard.press("Control+k")
    page.locator("#k-palette-field").fill("an")
    expect(page.locator("#k-palette-list [data-k-answers=an] [aria-selected=true]")).to_be_visible()


def save_views(page: Page) -> None:
    """Save two views, and open their page."""
    for title in ("Important ones of this year", "All"):
        page.locator("button[formaction$='views/clients']").click()
        page.locator("#k-view-title").fill(f"{title} {page.evaluate('Date.now()')}")
        page.locator("#k-views button[value=save]").click()
        expect(page.locator(".k-views a[aria-current]")).to_be_visible()
    page.locator("button[formaction$='views/clients']").click()
    expect(page.locator("#k-views-form")).to_be_visible()


def refuse_limits(page: Page) -> None:
    """Ask for files larger than any."""
    page.locator("#largest").fill("5000")
    page.get_by_role("button", name="Save").click()


def tick_rows(page: Page) -> None:
    """Choose two clients of the list."""
    for row in page.locator("input[data-k-row]").all()[:2]:
        row.check()


def edit_in_place(page: Page) -> None:
    """Open a value of the card for editing."""
    page.locator("#properties .k-edit").first.click(force=True)
    expect(page.locator("#properties form")).to_be_visible()


def refuse_sign_in(page: Page) -> None:
    """Sign in with a wrong password."""
    page.locator("#login").fill("nobody")
    page.locator("#password").fill("wrong wrong wrong")
    save(page)


def copy_of(selector: str) -> Callable[[Page], None]:
    """Open a part of the list's tools."""

    def press(page: Page) -> None:
        page.locator(selector).click()
        expect(page.locator("#k-list-panel form")).to_be_visible()

    return press


def open_bell(page: Page) -> None:
    """Open the menu of notifications."""
    page.locator(".k-bell > summary").click()
    expect(page.locator("#k-bell-latest .k-note").first).to_be_visible()


def save_something(page: Page) -> None:
    """Save a value that differs from the one before."""
    page.locator("[name=activity]").fill(f"Windows {page.evaluate('Date.now()')}")
    save(page)
    expect(page.locator(".k-toast-undo")).to_be_visible()


def check_log(page: Page) -> None:
    """Check the audit log."""
    page.locator("form[action$=check] button").click()
    expect(page.locator(".alert-info")).to_be_visible()


def wait_for_boxes(page: Page) -> None:
    """Wait for the boxes that are loaded after the page."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
