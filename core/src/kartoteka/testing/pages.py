"""Walks through pages as a visitor would: from link to link."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ORIGIN = "http://localhost"
_NUMBER = re.compile(r"\d+")
_NO_LINKS = re.compile(r"<!--.*?-->|<link\b[^>]*>|<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_LINKS = re.compile(r"""\s(?:href|hx-get)=(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """A page that was visited: its address, how the server answered, and where it leads."""

    url: str
    status: int
    text: str
    links: tuple[str, ...]


def crawl(
    browser: FlaskClient,
    start: str = "/",
    *,
    limit: int = 300,
    alike: int = 3,
    follow: Callable[[str], bool] = lambda url: True,
) -> list[Page]:
    """Visit ``start`` and every page it leads to, in the order of the links.

    Of pages whose addresses differ only in numbers and in values behind the question mark, ``alike`` are visited;
    ``follow(url)`` says which links to take at all. Static files are left out.
    """
    pages: list[Page] = []
    waiting, known, seen_alike = deque([start]), {start}, Counter[str]()
    while waiting and len(pages) < limit:
        page = _visit(browser, waiting.popleft())
        pages.append(page)
        for link in page.links:
            if link in known or link.startswith("/static/") or not follow(link):
                continue
            known.add(link)
            seen_alike[_shape(link)] += 1
            if seen_alike[_shape(link)] <= alike:
                waiting.append(link)
    return pages


def _visit(browser: FlaskClient, url: str) -> Page:
    answer = browser.get(url)
    if answer.status_code in (301, 302, 303, 307, 308):
        return Page(url, answer.status_code, "", _local(url, [answer.headers["Location"]]))
    if answer.mimetype != "text/html":
        return Page(url, answer.status_code, "", ())
    return Page(url, answer.status_code, answer.text, _local(url, _links(answer.text)))


def _links(html: str) -> list[str]:
    """Return where a page leads; found without a parser, which would take half as long as the page itself."""
    return [unescape("".join(one)) for one in _LINKS.findall(_NO_LINKS.sub("", html))]


def _local(base: str, links: list[str]) -> tuple[str, ...]:
    """Return the links within the application, each once, without their fragments."""
    whole = (urldefrag(urljoin(ORIGIN + base, link)).url for link in links)
    return tuple(dict.fromkeys(link.removeprefix(ORIGIN) or "/" for link in whole if link.startswith(ORIGIN)))


def _shape(url: str) -> str:
    parts = urlsplit(url)
    names = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{_NUMBER.sub('0', parts.path)}?{'&'.join(names)}"
