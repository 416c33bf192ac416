"""No page that is only looked at changes anything, and none opens a session that could."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from kartoteka.db.engine import Database
from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.pages import crawl
from kartoteka.testing.statements import counted_statements
from tests.hostile.furnishing import furnish
from tests.hostile.house import FIRST_STEPS, OWNED, House
from tests.installed import absent, installed

FINE = {200, 302, 303}
DEMO = "/demo"
"""Nothing is there unless a setting names a user."""
CLOSED = {404}
FILES = {"csv", "xlsx"}
READS = re.compile(r"\s*(SELECT|WITH|SHOW|EXPLAIN)\b", re.IGNORECASE)


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    with open_company(request.param) as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        yield furnish(company)


def refuse_to_write(*arguments: Any, **options: Any) -> NoReturn:
    raise AssertionError("A page that is only looked at opened a session that writes.")


def test_looking_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.browser(house.admin)
    stranger = house.company.app.test_client()
    browser.get("/")  # what is made once per process is made
    before = house.rows()
    monkeypatch.setattr(Database, "transaction", refuse_to_write)
    with counted_statements(house.company.database) as sent:
        for rule, address in house.every_address("GET"):
            fine = CLOSED if rule.rule in {*FIRST_STEPS, DEMO} else FINE
            if rule.rule.startswith("/preview/"):
                fine = {410}  # whoever made the address up is told that it is good no more
            if rule.endpoint in {*OWNED, "crm_inquiries.show_booked"}:
                fine = {404}  # nobody makes up the word in the address of a booking
            for method in ("GET", "HEAD"):
                assert browser.open(address, method=method).status_code in fine, f"{method} {address}"
                assert stranger.open(address, method=method).status_code < 500, f"{method} {address}"
            assert "GET" in (rule.methods or ())
        pages = crawl(browser, "/", limit=150, alike=1)
    assert [page.url for page in pages if page.status not in FINE] == []
    assert len(pages) > 60
    assert [statement for statement in sent if not READS.match(statement)] == []
    assert house.rows() == before


@pytest.mark.needs_module("crm_clients")
def test_a_file_that_leaves_the_house_writes_down_that_it_left_and_nothing_else(house: House) -> None:
    browser = house.browser(house.admin)
    browser.get("/")
    for kind in sorted(FILES):
        before = house.rows()
        for method in ("GET", "HEAD"):
            assert browser.open(f"/reports/crm_clients/birthdays.{kind}", method=method).status_code == 302
        assert house.rows() == before, "only asked about, it has not left"
        assert browser.post(f"/reports/crm_clients/birthdays.{kind}").status_code == 200
        after = house.rows()
        assert {name for name in after if after[name] != before[name]} == {"core_audit", "core_audit_head"}
        added = set(map(str, after["core_audit"])) - set(map(str, before["core_audit"]))
        assert len(added) == 1
        entry = added.pop()
        assert "report.downloaded" in entry
        assert "crm_clients.birthdays" in entry
        assert f'"{kind}"' in entry
        assert len(after["core_audit"]) == len(before["core_audit"]) + 1, "none is taken away"


# What POST does with these, HEAD and GET must not: a safe method needs no token against forged requests.
ANSWERED_BY_POST = (
    ("/clients/delete?id={client}&confirmed=1", "core_client"),
    ("/clients/bin/purge?id={client}&confirmed=1", "core_client"),
    ("/clients/merge?id={client}&id={twin}&keep={client}", "core_client"),
    ("/clients/export?format=csv", "core_audit"),
    ("/reports/crm_clients/birthdays.csv", "core_audit"),
    ("/reports/crm_clients/birthdays.xlsx", "core_audit"),
    ("/clients/assistant?do=save&company_name=x", "core_client"),
    ("/importing/{import}/file?do=next", "core_import"),
    ("/importing/{import}/columns", "core_import"),
)
ANSWERED_BY_POST = tuple(one for one in ANSWERED_BY_POST if not absent(re.findall(r"/(crm_\w+)/", one[0])))


def test_no_safe_method_does_what_only_post_may(house: House) -> None:
    browser = house.browser(house.admin)
    house.ids["twin"] = house.company.add_client("UAB Antrininkas").id
    tables = house.rows()
    for address, table in ANSWERED_BY_POST:
        assert table in tables
        for method in ("GET", "HEAD", "OPTIONS"):
            assert browser.open(address.format(**house.ids), method=method).status_code in FINE, f"{method} {address}"
            assert house.rows() == tables, f"{method} {address}"


def test_the_check_sees_a_page_that_writes(house: House) -> None:
    before = house.rows()
    with counted_statements(house.company.database) as sent:
        house.browser(house.admin).post("/users/me/theme", data={"theme": "dark"})
    assert [statement for statement in sent if not READS.match(statement)]
    assert house.rows() != before
