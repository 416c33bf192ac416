"""What does not fit: tables scroll by the keyboard under a name, and no bar hides where the keyboard is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.offices import Office

HIDDEN = """() => {
  const one = document.activeElement, bar = document.querySelector("main .k-submit");
  if (!one || !one.matches("main input, main select, main textarea") || bar.contains(one)) return "";
  return one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1 ? one.name : "";
}"""


def test_a_table_that_does_not_fit_scrolls_by_the_keyboard(office: Office) -> None:
    with office.open("rasa", viewport={"width": 660, "height": 700}) as context:
        page = office.page(context)
        page.goto("/clients/")
        table = page.get_by_role("group", name="Clients", exact=True)
        table.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.querySelector('.k-table-box').scrollLeft > 0")
        page.set_viewport_size({"width": 2400, "height": 700})
        expect(page.locator(".k-table-box")).not_to_have_attribute("tabindex", "0")
        expect(table).to_have_count(0)


def test_the_bar_of_a_form_hides_no_field_that_the_keyboard_comes_to(office: Office) -> None:
    with office.open("rasa", viewport={"width": 1280, "height": 520}) as context:
        page = office.page(context)
        page.goto("/clients/new")
        page.get_by_label("Company name").focus()
        hidden = []
        for _press in range(40):
            page.keyboard.press("Tab")
            hidden.append(page.evaluate(HIDDEN))
        assert not any(hidden), hidden
