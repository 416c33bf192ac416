"""Hostile texts: our own of every shape and the public lists beside the checkout; and what they may not do to pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from kartoteka.vocabulary.text import clean_line

_SCRIPTS = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "</script><script>alert(1)",
    "</textarea><script>x",
)
_MARKUP = (
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "<b>bold</b>",
    "<a href",
)
_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    "//evil.example/x",
    "\\\\x\\c$",
)
_TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7 * 7 %>",
    "%s%n%x",
    "%(name)s",
    "{0.__class__}",
    "$HOME `id`",
)
_SQL = (
    "'; DROP TABLE core_client; --",
    "' OR '1'='1",
    "1) OR (1=1",
    "%' OR 1=1 --",
    "\\'; --",
    "100%",
    "a_b",
    "[a-z]*",
    '"a" b*',
)
_FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "＝1+1", "|calc", "%0A=1")
_LETTERS = (
    "\x00",
    "a\x00b",
    "\u202etxt.exe",
    "\ufeffabc",
    "\u200b",
    "e\u0301" * 40,
    "Z\u0351\u036b\u0343",
    "ﷺ",
    "\U0001f469\u200d\U0001f467",
    "İıſß",
)
_LETTERS += (
    "\ud800x",
    "\ufffe",
    "\U0010ffff",
    "\x1b[31m",
    "\x85\u2028\u2029",
    "ＡＢＣ",
    "\r\nSet-Cookie: a=b",
    "a\r\nb",
    "🏳️‍🌈" * 9,
)
_NUMBERS = (
    "0",
    "-1",
    "1e309",
    "NaN",
    "Infinity",
    "9" * 60,
    "0x7f",
    "1,5",
    "1.000,00",
    "٣",
    "1_000",
    "²",
    "--",
    "00:00",
    "2026-02-30",
)
_NUMBERS += ("99999-01-01", "0001-01-01", "-2026-01-01")
_WORDS = (
    "null",
    "None",
    "undefined",
    "true",
    "nėra",
    "../../etc/passwd",
    "C:\\CON",
    "a" * 5_000,
    " ",
    "\t",
    "@",
    "a@b",
    "x@" + "b." * 120,
)

OWN = (*_SCRIPTS, *_MARKUP, *_ADDRESSES, *_TEMPLATES, *_SQL, *_FORMULAS, *_LETTERS, *_NUMBERS, *_WORDS)
"""A twin of the public lists, of the same shapes: always there."""

PUBLIC = "data/09_security"
_NAUGHTY = "minimaxir__big-list-of-naughty-strings/blns.json"


def public_strings(shared: Callable[[str], Path]) -> list[str]:
    """Return every text of the public lists, each once: naughty texts, XSS, SQL, formats, unicode, CSV, files."""
    root = shared(PUBLIC)
    found = dict.fromkeys(json.loads((root / _NAUGHTY).read_text("utf-8")))
    for path in sorted(root.rglob("*.txt")):
        found |= dict.fromkeys(path.read_bytes().decode("utf-8", "replace").split("\n"))
    return [text for text in found if text]


def storable(text: str) -> str:
    """Return what a browser can send of a text: no halves of characters."""
    return text.encode("utf-8", "replace").decode()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or given.get("type") == "application/json"):
            self.faults.append("a script")
        if tag in {"iframe", "object", "embed", "base", "marquee", "math", "video", "audio", "xss", "frameset"}:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"{tag}[{name}]")
            if (
                tag != "link"
                and name in ("href", "src", "action", "formaction")
                and not _LEADS_SOMEWHERE.match(value or "")
            ):
                self.faults.append(f"{tag}[{name}={value}]")


_LEADS_SOMEWHERE = re.compile(r"(|/(?!/).*|\?.*|#.*|https?://.*|mailto:.*|tel:.*|\d+.*)\Z", re.DOTALL)


def faults(html: str) -> list[str]:
    """Return what a page holds that none of our templates writes: it must have come in as text."""
    page = _Page()
    page.feed(html)
    return page.faults + [word for word in _LEAKS if word in html]


def echoed(html: str, sent: Iterable[str]) -> list[str]:
    """Return what a page made of the texts that were sent to it, other than text; quick when none stands there raw."""
    telling = [one for one in sent if not _TELLING.isdisjoint(one)]
    raw = any(one in html or clean_line(one) in html for one in telling)
    return faults(html) if raw else [word for word in _LEAKS if word in html] + _SCHEMES.findall(html)


_TELLING = frozenset("<>\"'")
_SCHEMES = re.compile(r"(?:href|src|action)=[\"'](?:javascript|data:text)[^\"']*", re.IGNORECASE)
_LEAKS = ("Traceback (most recent call last)", "sqlalchemy.exc", "psycopg.")


def turned(strings: list[str], width: int) -> Iterator[list[str]]:
    """Yield ``width`` texts at a time so that every text comes to every place once."""
    for start in range(len(strings)):
        yield [strings[(start + place) % len(strings)] for place in range(width)]


def dealt(strings: list[str], width: int) -> Iterator[list[str]]:
    """Yield ``width`` texts at a time, each text once."""
    for start in range(0, len(strings), width):
        hand = strings[start : start + width]
        yield hand + strings[: width - len(hand)]
