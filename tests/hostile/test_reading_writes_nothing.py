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
from tests.hostile.house import House, furnish

READS = re.compile(r"\s*(SELECT|WITH|SHOW|EXPLAIN)\b", re.IGNORECASE)


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    with open_company(request.param) as company:
        company.switch("crm_clients")
        yield furnish(company)


def refuse_to_write(*arguments: Any, **options: Any) -> NoReturn:
    raise AssertionError("A page that is only looked at opened a session that writes.")


def test_looking_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.browser(house.admin)
    stranger = house.company.app.test_client()
    browser.get("/")  # what is made once per process is made
    before = house.rows()
    monkeypatch.setattr(Database, "transaction", refuse_to_write)
    # That a file left the house goes into the audit log; the file itself is only looked at.
    monkeypatch.setattr("kartoteka.builtin.reports.views._note_download", lambda report, kind: None)
    with counted_statements(house.company.database) as sent:
        for rule, address in house.every_address("GET"):
            for method in ("GET", "HEAD"):
                assert browser.open(address, method=method).status_code in (200, 302), f"{method} {address}"
                assert stranger.open(address, method=method).status_code < 500, f"{method} {address}"
            assert "GET" in (rule.methods or ())
        pages = crawl(browser, "/", limit=150, alike=1)
    assert [page.url for page in pages if page.status not in (200, 302)] == []
    assert len(pages) > 60
    assert [statement for statement in sent if not READS.match(statement)] == []
    assert house.rows() == before


def test_the_check_sees_a_page_that_writes(house: House) -> None:
    before = house.rows()
    with counted_statements(house.company.database) as sent:
        house.browser(house.admin).post("/users/me/theme", data={"theme": "dark"})
    assert [statement for statement in sent if not READS.match(statement)]
    assert house.rows() != before
