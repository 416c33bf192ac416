"""The page around everything: menu, toasts, panels, tabs, texts, and nothing that the policy forbids."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

PAGES = ["/shop/", "/shop/1", "/shop/new", "/shop/empty", "/shop/open", "/nowhere", "/actions/shop/note?id=1"]


class Texts(HTMLParser):
    """Collects what people read on a page."""

    READ = frozenset({"title", "placeholder", "aria-label", "alt"})
    SILENT = frozenset({"script", "style", "kbd"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "meta", "link", "br", "img", "use", "hr", "path"):
            self.open.append(tag)
        self.found.extend(value for name, value in attrs if name in self.READ and value)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.SILENT & set(self.open):
            self.found.append(data.strip())


def untranslated(page: str, known: tuple[str, ...]) -> list[str]:
    parser = Texts()
    parser.feed(page)
    texts = (re.sub(r"\d+\xa0\w+\xa0\d+", "", text) for text in parser.found)
    left = (re.sub(r"⟦.*⟧", "", text, flags=re.DOTALL).strip(" \n·*–0123456789.,:") for text in texts)
    return [text for text in left if any(sign.isalpha() for sign in text) and not any(one in text for one in known)]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.catalogue("X-19", part="no untranslated text in the shell")
def test_every_text_of_the_shell_is_translated(world: Any, surfer: Any, url: str) -> None:
    world.person.language = "xx"
    data = ("Užsakymas", "Šiaurės", "Žuvėdra", "ŠL", "Ona", "OŽ", "Rasa", "CSV", "order", "came", "UAB", "today", "now")
    own_names = ("English", "Lietuvių", "Eesti", "Українська", "Русский")
    assert untranslated(surfer.get(url).text, (*data, *own_names)) == []


@pytest.mark.parametrize("url", PAGES)
def test_page_holds_nothing_that_the_policy_forbids(surfer: Any, url: str) -> None:
    page = surfer.get(url).text
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert not re.search(r"<style|javascript:|hx-on|js:", page)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert all(not body.strip() or "application/json" in head for head, body in scripts)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize("url", PAGES)
def test_page_has_its_landmarks_and_one_heading(surfer: Any, url: str) -> None:
    page = surfer.get(url).text
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'class="k-skip" href="#content"' in page
    assert re.search(r"<title>[^<]+ · Šiaurės langai</title>", page)
    assert page.count("btn-primary") <= 1, "a page has one primary button"
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_menu_shows_what_the_user_may_open_and_where_he_is(world: Any, surfer: Any) -> None:
    page = surfer.get("/shop/empty").text
    assert re.search(r'<a href="/shop/empty" aria-current="page">', page)
    assert re.search(r'<a href="/shop/" class="is-open">', page)
    assert '<b class="k-count">4</b>' in page
    world.person.permissions = frozenset({"shop.view"})
    page = surfer.get("/shop/").text
    assert "New order</span>" not in page
    assert '<b class="k-count">3</b>' in page, "the counter counts what this user may see"


def test_menu_of_a_module_that_is_off_is_empty(world: Any, surfer: Any) -> None:
    world.person.modules = frozenset()
    page = surfer.get("/").text
    assert "There is nothing here" in page
    assert "/shop/" not in page


def test_counters_of_menu_and_tabs_take_one_statement(world: Any, surfer: Any) -> None:
    from sqlalchemy import event

    surfer.get("/shop/1")
    statements: list[str] = []
    event.listen(world.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    surfer.get("/shop/1")
    assert len([one for one in statements if "count" in one]) == 1


def test_broken_panel_shows_its_box_and_the_page_stays(surfer: Any) -> None:
    page = surfer.get("/shop/1").text
    assert "order 1" in page
    assert page.count("The module “Shop” could not show this.") == 2
    assert "broken on purpose" not in page
    assert "Panel nothing" not in page


def test_lazy_panel_comes_later(world: Any, surfer: Any) -> None:
    page = surfer.get("/shop/1").text
    url = re.search(r'hx-get="(/panels/shop/late[^"]+)"', page)[1].replace("&amp;", "&")
    assert "came later" not in page
    assert "came later" in surfer.get(url).text
    assert surfer.get("/panels/shop/late?record=nonsense").status_code == 404
    world.person.modules = frozenset()
    assert surfer.get(url).status_code == 404


def test_toast_is_shown_once_with_undo(surfer: Any) -> None:
    answer = surfer.post("/shop/new", data={"name": "New", "kind": "big"}, follow_redirects=True)
    assert "Saved." in answer.text
    assert 'action="/shop/undo"' in answer.text
    assert "Saved." not in surfer.get("/shop/").text


@pytest.mark.parametrize(
    ("theme", "part"),
    [("light", 'data-bs-theme="light"'), ("dark", 'data-bs-theme="dark"'), ("system", 'data-k-theme="system">')],
)
def test_theme_is_the_users(world: Any, surfer: Any, theme: str, part: str) -> None:
    world.person.theme = theme
    assert part in surfer.get("/shop/").text


def test_suggestions_are_options(surfer: Any) -> None:
    page = surfer.get("/shop/suggest?q=x").text
    assert page.count('role="option"') == 4
    assert "<html" not in page


def test_layout_of_a_page_is_small(surfer: Any) -> None:
    assert len(surfer.get("/shop/empty").data) < 8_000
