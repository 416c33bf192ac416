"""Every page of the module is found by clicking: from the front page, through menus, buttons and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

import pytest

from kartoteka.testing.pages import Page, crawl
from tests.installed import installed
from tests.modules.crm_inquiries.conftest import InquiryHouse

ROOT = "/crm_inquiries/"
FRAGMENTS = {
    "/crm_inquiries/inquiries/askers": "a part of the form of new inquiries, asked for while a name is typed",
    "/crm_inquiries/inquiries/items": "a part of the forms of inquiries, asked for while a line is typed",
    "/crm_inquiries/activities/clients": "a part of the form of activities, asked for while a name is typed",
}
"""What no click opens, and why."""
_SENT_TO = re.compile(r'\b(?:form)?action="([^"]+)"')


@pytest.fixture
def house(company: Callable[..., Any]) -> InquiryHouse:
    """A company with an inquiry and its next action."""
    made = InquiryHouse(company(modules=installed("crm_clients", "crm_inquiries")))
    made.inquiry(made.client())
    return made


def pages_without_parameters(company: Any) -> set[str]:
    """Return the addresses of the module that need no record."""
    rules = company.app.url_map.iter_rules()
    return {rule.rule for rule in rules if rule.rule.startswith(ROOT) and "GET" in rule.methods and not rule.arguments}


def ways(pages: list[Page]) -> Iterator[str]:
    """Yield where pages lead: their links, and the pages that their buttons ask for."""
    for page in pages:
        sent = (urljoin(page.url, found.replace("&amp;", "&")) for found in _SENT_TO.findall(page.text))
        for address in (page.url, *page.links, *sent):
            yield address.partition("?")[0]


def test_every_page_is_reached_by_clicking(house: InquiryHouse) -> None:
    boss = house.company.browser(house.company.add_user("administrator"))
    pages = crawl(boss, "/", limit=150, alike=1, follow=lambda url: url.startswith((ROOT, "/settings", "/clients/1")))
    assert [page.url for page in pages if page.status >= 400] == []
    wanted = pages_without_parameters(house.company)
    assert len(wanted) > 40
    assert sorted(wanted - set(ways(pages)) - FRAGMENTS.keys()) == []
    assert wanted >= FRAGMENTS.keys()
