"""Requests and answers of calendar programs, and the XML in them, read without trusting anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

DAV, CALDAV, SERVER, APPLE = (
    "DAV:",
    "urn:ietf:params:xml:ns:caldav",
    "http://calendarserver.org/ns/",
    "http://apple.com/ns/ical/",
)
for _prefix, _uri in (("D", DAV), ("C", CALDAV), ("CS", SERVER), ("IC", APPLE)):
    register_namespace(_prefix, _uri)
MOST_XML: Final = 256_000
DEEPEST: Final = 20
MOST_ELEMENTS: Final = 12_000
STATUS: Final = {
    200: "OK",
    201: "Created",
    204: "No Content",
    207: "Multi-Status",
    301: "Moved Permanently",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}


class Refusal(Exception):
    """The request is answered with this status; ``condition`` is the precondition (RFC 4918, 16) that was not met."""

    def __init__(self, status: int, condition: str = "", message: object = "") -> None:
        super().__init__(f"{status} {condition}")
        self.status = status
        self.condition = condition
        self.message = message


@dataclass
class Answer:
    """What a program is answered."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What a program asks: ``body`` is whole, ``headers`` are by name in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header, empty when it is not there."""
        return self.headers.get(name, "")


def D(name: str) -> str:  # noqa: N802 - named like the prefix in the standard
    """Return the whole name of an element of WebDAV."""
    return f"{{{DAV}}}{name}"


def C(name: str) -> str:  # noqa: N802
    """Return the whole name of an element of CalDAV."""
    return f"{{{CALDAV}}}{name}"


def read_xml(body: bytes) -> Element | None:
    """Return the root of a body, None for an empty one; raises Refusal for what is no XML, too large or too deep."""
    if not body.strip():
        return None
    if len(body) > MOST_XML:
        raise Refusal(413)
    target = _Shallow()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refusal(400) from None
    return root


class _Shallow:
    """Builds a tree of elements, and refuses deep and huge ones while they are read."""

    def __init__(self) -> None:
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.last: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.stack) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise Refusal(400)
        made = SubElement(self.stack[-1], tag, attributes) if self.stack else Element(tag, attributes)
        self.root = self.root if self.root is not None else made
        self.stack.append(made)

    def data(self, text: str) -> None:
        if self.stack and not len(self.stack[-1]):
            self.stack[-1].text = (self.stack[-1].text or "") + text

    def end(self, tag: str) -> None:
        self.stack.pop()

    def close(self) -> Element | None:
        return self.root


def element(name: str, /, *children: Element, text: str = "", **attributes: str) -> Element:
    """Return a new element."""
    made = Element(name, attributes)
    made.text = text or None
    made.extend(children)
    return made


def href(address: str) -> Element:
    """Return a reference."""
    return element(D("href"), text=address)


def clean(text: str) -> str:
    """Return text without the signs that XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )


def xml_answer(root: Element, status: int = 207, **headers: str) -> Answer:
    """Return an answer in XML."""
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")
    return Answer(status, body, {"Content-Type": "application/xml; charset=utf-8", **headers})


def found(address: str, there: Iterable[Element], missing: Iterable[str] = ()) -> Element:
    """Return what is said of one resource: properties that it has, and names of those that it has not."""
    response = element(D("response"), href(address))
    there, missing = list(there), list(missing)
    if there or not missing:
        response.append(_propstat(there, 200))
    if missing:
        response.append(_propstat([Element(name) for name in missing], 404))
    return response


def lost(address: str, status: int = 404) -> Element:
    """Return that a resource is not there."""
    return element(D("response"), href(address), element(D("status"), text=_status(status)))


def cut_off(address: str) -> Element:
    """Return that more would have been said of a resource than was asked for (RFC 6578, 3.6)."""
    more = element(D("error"), element(D("number-of-matches-within-limits")))
    return element(D("response"), href(address), element(D("status"), text=_status(507)), more)


def multistatus(responses: Iterable[Element], *more: Element) -> Answer:
    """Return several answers as one (RFC 4918, 13)."""
    return xml_answer(element(D("multistatus"), *responses, *more))


def refused(refusal: Refusal) -> Answer:
    """Return a refusal as programs read it: the precondition, and a sentence for people."""
    if not refusal.condition and not str(refusal.message):
        return Answer(refusal.status)
    error = Element(D("error"))
    if refusal.condition:
        error.append(Element(refusal.condition))
    if str(refusal.message):
        error.append(element("{urn:kartoteka}message", text=clean(str(refusal.message))))
    return xml_answer(error, refusal.status)


def _propstat(properties: list[Element], status: int) -> Element:
    return element(D("propstat"), element(D("prop"), *properties), element(D("status"), text=_status(status)))


def _status(status: int) -> str:
    return f"HTTP/1.1 {status} {STATUS[status]}"
