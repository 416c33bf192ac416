"""Every page in the pseudo-language, in which each translated text stands between ⟦ and ⟧: the rest must be data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from babel import Locale
from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.users.service import change_profile
from kartoteka.db.clock import utc_now
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.pages import crawl
from kartoteka.web.i18n import LANGUAGES
from kartoteka_crm_inquiries.calendar.working_time import holidays_of
from kartoteka_crm_inquiries.processes.models import Process, Stage
from tests.hostile.furnishing import furnish
from tests.hostile.house import House

MARK = "¤"  # stands in everything that people have typed in this test
SPOKEN = ("title", "placeholder", "aria-label", "alt", "data-confirm", "data-bs-title", "aria-description")
SAMPLE = "translate=no"
"""What the page itself calls a name or a sample: placeholders, codes, the preview of a mail in another language."""
SILENT = {"script", "style", "svg"}
ENTRIES: set[str] = set()
"""Entries of directories: words of the company, which it may translate itself."""
STORED = {"Administrator", "tests"}  # the name of the first role, which people may change; the name of this browser
OWN_NAMES = {*LANGUAGES.values(), *Locale("en").territories.values(), "CSV", "XLSX", "PDF", "Ctrl", "Enter", "Esc"}
OWN_NAMES |= {"Word", "Excel", "Outlook"}
DAYS = {
    word
    for names in (Locale("en").days["format"], Locale("en").months["format"])
    for width in ("abbreviated", "wide")
    for word in names[width].values()
}
HOLIDAYS = {one.name for year in (-1, 0, 1) for one in holidays_of("LT", utc_now().year + year).values()}
VOID = {"meta", "link", "input", "br", "hr", "img", "use", "path", "source", "col", "area", "wbr", "base"}
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Speech(HTMLParser):
    """Collects what a page says: its texts, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.said += [(f"{tag}[{name}]", given[name] or "") for name in SPOKEN if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.said.append(("input[value]", given.get("value") or ""))
        if given.get("translate") == "no" and tag not in VOID:
            self.open.append(f"{tag}[{SAMPLE}]")
        elif tag not in VOID:
            self.open.append(tag if not given.get("name") else f"{tag}[name={given['name']}]")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().partition("[")[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        is_sample = any(one.endswith(f"[{SAMPLE}]") for one in self.open)
        if not is_sample and not SILENT & {one.partition("[")[0] for one in self.open}:
            self.said.append((" ".join(self.open[-3:]), data))


def untranslated(html: str, is_data: Callable[[str, str], bool]) -> Iterator[str]:
    """Yield what a page says without having asked for a translation."""
    speech = Speech()
    speech.feed(html)
    for place, words in speech.said:
        rest = words
        while rest != (rest := _INNERMOST.sub(" ", rest)):
            pass
        if _WORD.search(rest) and not is_data(place, rest.strip()):
            yield f"{place}: {words.strip()!r}"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    names = ("client", "contact", "city", "department", "role", "group", "user", "admin")
    with open_company(company=MARK, pseudo_locale=True) as company:
        company.switch(*company.installation.registry.installed - company.installation.registry.builtins)
        typed = {name: f"{MARK}{name}" for name in names}
        made = furnish(company, **typed, file=f"{MARK}ID,{MARK}Name\n1,{MARK}UAB Durys\n")
        for user in (made.admin, made.ids["user"]):
            speak_pseudo(company, user)
        with company.database.transaction(company.system) as session:
            for model in (Process, Stage):
                for one in session.scalars(select(model)):
                    one.name = f"{MARK}{one.name}"  # the company's words from its first day on
        with company.database.reading(company.system) as session:
            ENTRIES.update(session.scalars(select(DirectoryEntry.name)))
        yield made


def speak_pseudo(company: Company, user_id: int) -> None:
    with company.database.transaction(company.system) as session:
        change_profile(session, user_id, {"language": "xx"})


MAIL, CURRENCY = r"[\w.]+@[\w.]+", r"(?:[\d\s.,]+)?[A-Z]{3}(?: · \d+)?"
DATES = r"in \d+ days|(?:· |in \d+ days · )?\d+\s\w+\s\d{4}(?:,?\s[\d:]+)?"


def is_data(place: str, words: str) -> bool:
    """Say whether words are data of this test, or names that are the same in every language or come from Babel."""
    if MARK in words or is_day(words) or words.rstrip(";") in OWN_NAMES or "[name=timezone]" in place:
        return True
    return words in STORED or words in ENTRIES or any(re.fullmatch(one, words) for one in (DATES, MAIL, CURRENCY))


def is_day(words: str) -> bool:
    """Say whether words are a day or a month as Babel writes them, with or without its holiday."""
    for name in HOLIDAYS:
        words = words.replace(name, "")
    return set(_WORD.findall(words)) <= DAYS


@pytest.mark.catalogue("X-19", part="no untranslated text on any page")
def test_every_page_is_translated(house: House) -> None:
    browser = house.browser(house.admin)
    addresses = [address for _rule, address in house.every_address("GET")]
    pages = crawl(browser, "/", limit=200, alike=1)
    visited = {page.url for page in pages}
    pages += [page for one in addresses if one not in visited for page in crawl(browser, one, limit=1)]
    texts = {page.url: page.text for page in pages if page.status == 200}
    assert len(texts) > 150
    for module in ("crm_clients", "crm_inquiries"):
        assert len([url for url in texts if url.startswith(f"/{module}/")]) > 20
    found = {line: url for url, text in texts.items() for line in untranslated(text, is_data)}
    assert found == {}


def test_empty_pages_and_errors_are_translated(house: House) -> None:
    browser = house.browser(house.admin)
    forms = [rule for rule in house.rules() if "POST" in (rule.methods or ()) and "/new" in rule.rule]
    answers = [browser.get(one) for one in ("/clients/?q=¤nothing", "/clients/999", "/nowhere", "/crm_clients/x")]
    answers += [browser.post(one, data={"version": "1"}) for rule in forms for one in house.addresses(rule)]
    answers += [browser.delete("/clients/"), browser.get("/reports/crm_clients/birthdays?days=x&since=y")]
    answers += [house.browser(house.ids["user"]).get("/users/")]
    assert {answer.status_code for answer in answers} >= {200, 403, 404, 405, 422}
    shown = [answer for answer in answers if answer.location is None]
    said = {line: answer.request.path for answer in shown for line in untranslated(answer.text, is_data)}
    assert said == {}


@pytest.mark.parametrize(
    "html", ["<p>Save</p>", "<a title='Save'>⟦x⟧</a>", "<h1>⟦Edit⟧ client</h1>", "<p>⟦a ⟦b⟧⟧ c d ef</p>"]
)
def test_the_check_sees_what_nobody_translated(html: str) -> None:
    assert list(untranslated(html, is_data))
    assert not list(untranslated("<p>⟦Saved by ⟦Ona⟧⟧ 12</p><script>let word</script>", is_data))
