"""The shell in a real browser: keys, drafts, drawer, toasts, rows; and what is left of it without JavaScript."""

from __future__ import annotations

import importlib.util
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

WEB = Path(__file__).parents[1] / "core" / "web" / "conftest.py"
PAGES = ["/shop/", "/shop/1", "/shop/new", "/shop/empty", "/actions/shop/note?id=1&id=2", "/nowhere"]

TOO_LOW = """() => {
  const fields = "main input:not([type=hidden]):not([type=checkbox]), main select";
  const touched = `main .btn, ${fields}, header a, header summary`;
  return [...document.querySelectorAll(touched)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])
    .filter(([, height]) => height < 44);
}"""


def load_worlds() -> Any:
    spec = importlib.util.spec_from_file_location("web_test_worlds", WEB)
    assert spec
    assert spec.loader
    module = sys.modules["web_test_worlds"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(tmp_path: Path) -> Any:
    return load_worlds().make_world(tmp_path)


@pytest.fixture
def address(world: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_cursor_stands_in_the_first_field_and_ctrl_enter_saves(page: Page, address: str) -> None:
    page.goto(f"{address}/shop/new")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("Langai Kaunui")
    page.locator("#kind").select_option("big")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_role("link", name="Langai Kaunui")).to_be_visible()


def test_refused_save_keeps_the_input_and_goes_to_the_field(page: Page, console: list[str], address: str) -> None:
    page.goto(f"{address}/shop/new")
    page.locator("#name").fill("taken")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Not saved yet.")
    expect(page.locator("#kind")).to_be_focused()
    expect(page.locator("#name")).to_have_value("taken")
    console[:] = [line for line in console if "422" not in line]


def test_esc_leaves_and_the_draft_can_be_put_back(page: Page, address: str) -> None:
    page.goto(f"{address}/shop/new")
    page.keyboard.type("Half a name")
    page.get_by_label("Urgent").check()
    page.keyboard.press("Escape")
    page.wait_for_url("**/shop/")
    page.goto(f"{address}/shop/new")
    expect(page.locator("#name")).to_have_value("")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#name")).to_have_value("Half a name")
    expect(page.get_by_label("Urgent")).to_be_checked()


def test_stray_link_asks_before_typed_text_is_lost(page: Page, address: str) -> None:
    page.goto(f"{address}/shop/new")
    page.keyboard.type("Something")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Orders").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("#name")).to_have_value("Something")


def test_help_lists_the_keys(page: Page, address: str) -> None:
    page.goto(f"{address}/shop/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_rows_are_ticked_together_and_the_bar_appears(page: Page, address: str) -> None:
    page.goto(f"{address}/shop/")
    bar = page.locator("[data-k-bulk]")
    expect(bar).to_be_hidden()
    page.get_by_label("Choose all").check()
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("4 chosen")
    page.locator("input[data-k-row]").first.uncheck()
    expect(bar).to_contain_text("3 chosen")
    bar.get_by_role("button").click()
    expect(page.get_by_text("3 records are chosen:")).to_be_visible()


def test_theme_changes_at_once(page: Page, world: Any, address: str) -> None:
    from kartoteka.web.blueprint import signed_in

    world.app.add_url_rule("/me/theme", "users.set_theme", signed_in(lambda: ("", 204)), methods=["POST"])
    page.goto(f"{address}/shop/")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label(re.compile("Your menu")).click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != background


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_system_theme_follows_the_device_without_script(
    browser: Browser, world: Any, address: str, scheme: Any
) -> None:
    world.person.theme = "system"
    context = browser.new_context(color_scheme=scheme, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/shop/")
    page.screenshot()
    colour = page.locator("body").evaluate("element => getComputedStyle(element).backgroundColor")
    assert (colour == "rgb(18, 23, 30)") == (scheme == "dark")
    context.close()


def test_menu_is_a_drawer_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/shop/")
    entry = page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Drawer")
    expect(entry).to_be_hidden()
    page.get_by_label("Open the menu").click()
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()


def test_drawer_opens_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/shop/")
    page.get_by_label("Open the menu").click()
    expect(page.get_by_role("link", name="Drawer")).to_be_visible()
    page.get_by_label("Close the menu").click()
    expect(page.get_by_role("link", name="Drawer")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_fingers_find_their_targets(
    page: Page, console: list[str], address: str, url: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 360:
        low = page.evaluate(TOO_LOW)
        assert low == []
    console[:] = [line for line in console if "404" not in line]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    page: Page, console: list[str], world: Any, address: str, url: str, theme: str
) -> None:
    world.person.theme = theme
    page.goto(address + url)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    console[:] = [line for line in console if "404" not in line]
