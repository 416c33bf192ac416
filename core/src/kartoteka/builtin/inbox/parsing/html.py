"""The HTML of a mail as plain text: paragraphs, lists and quotes keep their form, what is not text goes.

Browsers read anything, and parsers that read as they do take for ever over tags and comments without an end. Here each
sign is looked at a bounded number of times, whatever comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

LONGEST_HTML = 2_000_000
_SILENT = {"script", "style", "title", "template", "object", "svg", "noscript", "textarea", "xml"}
_BLOCKS = {"p", "div", "table", "tr", "ul", "ol", "blockquote", "pre", "section", "article", "header", "footer", "hr"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "center", "form", "dl", "dt", "dd", "address", "li"}
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol"}
_DEEPEST_QUOTE = 20
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})((?:[^<>\"']|\"[^\"]{0,5000}\"|'[^']{0,5000}'){0,300})>")
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]{1,300})\"|'([^']{1,300})')", re.IGNORECASE)
_REMOTE = re.compile(
    r"""<(?:img|image|td|table|body|input|div|tr|th)\b[^<>]{0,5000}?\b(?:src|srcset|background)\s{0,9}=\s{0,9}["']?\s{0,9}"""
    r"""(?:https?:)?//|url\(\s{0,9}["']?\s{0,9}(?:https?:)?//""",
    re.IGNORECASE,
)
_ROUGH_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,10000}>")


class _Writer:
    """Writes the text of HTML, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.kept = 0

    def begin(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self.end_line(always=True)
        elif tag in _BLOCKS:
            self.end_line(apart=tag in _APART)
            self.quotes += tag == "blockquote"
            self.kept += tag == "pre"
            if tag == "li":
                self.line.append("- ")
        elif tag in {"td", "th"} and self.line:
            self.line.append(" ")
        elif tag == "img" and (found := _ALT.search(attributes)):
            self.write(unescape(found[1] or found[2]))

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line(apart=tag in _APART)
            self.quotes -= tag == "blockquote" and self.quotes > 0
            self.kept -= tag == "pre" and self.kept > 0

    def write(self, text: str) -> None:
        if not self.kept:
            self.line.append(_SPACES.sub(" ", text))
            return
        first, *others = text.split("\n")
        self.line.append(first)
        for other in others:
            self.end_line(always=True)
            self.line.append(other)

    def end_line(self, *, always: bool = False, apart: bool = False) -> None:
        text = "".join(self.line).replace("\xa0", " ")
        text = text.rstrip() if self.kept else re.sub(" {2,}", " ", text).strip()
        self.line.clear()
        mark = "> " * min(self.quotes, _DEEPEST_QUOTE)
        if text or always:
            self.lines.append((mark + text).rstrip())
        if apart and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())

    def text(self) -> str:
        self.end_line()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return _EMPTY_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")


def html_to_text(html: str) -> str:
    """Return the text of HTML; quotes of mails begin with ``>``. At most two million characters are read."""
    writer = _Writer()
    for closes, tag, content in _tokens(html[:LONGEST_HTML].replace("\x00", "")):
        if not tag:
            writer.write(unescape(content))
        elif closes:
            writer.end(tag)
        else:
            writer.begin(tag, content)
    return writer.text()


def wants_remote_pictures(html: str) -> bool:
    """Tell whether HTML asks for pictures on servers elsewhere, which learn by that who reads it and when."""
    return _REMOTE.search(html[:LONGEST_HTML]) is not None


def _tokens(html: str) -> Iterator[tuple[bool, str, str]]:
    """Return tags (closes, name, attributes) and texts (False, "", text) in order."""
    place, without_end = 0, set[str]()
    while place < len(html):
        start = html.find("<", place)
        if start < 0:
            yield False, "", html[place:]
            return
        if start > place:
            yield False, "", html[place:start]
        place = start
        if html.startswith("<!", start):
            place = _after(html, start + 2, "-->" if html.startswith("<!--", start) else ">", without_end)
        elif (found := _TAG.match(html, start)) or (found := _ROUGH_TAG.match(html, start)):
            place = found.end()
            closes, tag, attributes = found.groups() if found.re is _TAG else (None, "", "")
            name = (tag or "").lower()
            if name:
                yield bool(closes), name, attributes or ""
            if name in _SILENT and not closes:
                end = _after(html, place, f"</{name}", without_end)
                place = end if end == place else _after(html, end, ">", without_end)
        if place == start:
            yield False, "", "<"
            place = start + 1


def _after(html: str, place: int, end: str, without_end: set[str]) -> int:
    """Return the place after the next ``end``; ``place`` itself when there is none, which is looked for once only."""
    if end in without_end:
        return place
    found = html.find(end, place)
    if found < 0:
        found = html.find(end.upper(), place)
    if found < 0:
        without_end.add(end)
        return place
    return found + len(end)
