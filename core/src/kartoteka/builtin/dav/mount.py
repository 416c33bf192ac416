"""Puts calendars in front of the pages: ``/caldav`` is for programs that sign in with a password of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from kartoteka.builtin.dav.feeding import feed
from kartoteka.builtin.dav.naming import FEEDS, MOUNT, WELL_KNOWN, Place, place_of
from kartoteka.builtin.dav.protocol import reports, writing
from kartoteka.builtin.dav.protocol.answers import (
    MOST_XML,
    STATUS,
    Answer,
    D,
    Refusal,
    Request,
    element,
    lost,
    multistatus,
    read_xml,
    refused,
)
from kartoteka.builtin.dav.protocol.objects import MOST_BYTES
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.db.session import find, reading, use_workplace
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import translator
from kartoteka.web.i18n import Languages, formats, formats_for
from kartoteka.web.programs import basic_credentials

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)
ALLOWED: Final = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"
CLASSES: Final = "1, 3, access-control, calendar-access"


@dataclass
class Calendars:
    """WSGI application: calendars below ``/caldav``, everything else as before.

    ``who_is(login, password)`` returns the actor whose program it is, ``who_has(user_id)`` that of the owner of a
    secret address; ``wait_for(key)`` counts a request and says how many seconds to wait, 0 for none.
    """

    pages: Wsgi
    database: Database
    who_is: Callable[[str, str], Actor | None]
    who_has: Callable[[int], Actor | None]
    languages: Languages
    company: Any
    wait_for: Callable[[str], int]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = _path(environ)
        if path.rstrip("/") == WELL_KNOWN:
            return _send(environ, start_response, Answer(301, headers={"Location": f"{MOUNT}/"}))
        if path != MOUNT and not path.startswith(f"{MOUNT}/"):
            return self.pages(environ, start_response)
        try:
            answer = self._answer(environ, path)
        except Refusal as refusal:
            answer = refused(refusal)
        except Problem as problem:
            answer = refused(writing.refusal_of(problem))
        except Exception:
            log.exception("A calendar program could not be answered")
            answer = Answer(500)
        return _send(environ, start_response, answer)

    def _answer(self, environ: dict[str, Any], path: str) -> Answer:
        if "\0" in path or "\ufffd" in path:  # no name holds them
            return Answer(404)
        parts = path.split("/")
        if len(parts) == 4 and parts[2] == FEEDS:
            return self._feed(environ["REQUEST_METHOD"], parts[3])
        login, password = basic_credentials(environ.get("HTTP_AUTHORIZATION", ""))
        actor = self.who_is(login, password) if login and password else None
        if actor is None or actor.user_id is None:
            return _ask()
        if wait := self.wait_for(f"dav {actor.user_id}"):
            return Answer(429, headers={"Retry-After": str(wait)})
        with self._working(actor):
            return answer(_request(environ, path))

    def _feed(self, method: str, name: str) -> Answer:
        if method not in ("GET", "HEAD"):
            return Answer(405, headers={"Allow": "GET, HEAD"})
        with use_workplace(self.database, Actor.system("calendar address")), reading() as session:
            found = feed(session, name.removesuffix(".ics"))
        actor = None if found is None else self.who_has(found.user_id)
        if found is None or actor is None:
            return Answer(404)
        if wait := self.wait_for(f"feed {found.id}"):
            return Answer(429, headers={"Retry-After": str(wait)})
        with self._working(actor):
            return found.answer()

    @contextmanager
    def _working(self, actor: Actor):  # type: ignore[no-untyped-def]
        """Work for a user, in his language and by his clock."""
        with use_workplace(self.database, actor):
            with reading() as session:
                user = find(session, User, actor.user_id or 0)
            language = user.language if user.language in self.languages.names else self.company.language
            zone = user.timezone or self.company.timezone
            spoken = translator.set(self.languages.translator(language))
            written = formats.set(formats_for(language, zone))
            try:
                yield
            finally:
                formats.reset(written)
                translator.reset(spoken)


def answer(request: Request) -> Answer:
    """Answer one request of a program that has signed in; raises Refusal and Problem."""
    if request.method == "OPTIONS":
        return Answer(200, headers={"Allow": ALLOWED})
    place = place_of(request.path)
    if request.method in ("MKCALENDAR", "MKCOL"):
        raise Refusal(403, "{urn:ietf:params:xml:ns:caldav}calendar-collection-location-ok", _made_by_us())
    if request.method not in _METHODS:
        return Answer(405, headers={"Allow": ALLOWED})
    if place is None:
        raise Refusal(404)
    return _METHODS[request.method](request, place)


def _made_by_us() -> str:
    return "Calendars are made by Kartoteka; programs add events and tasks to them."


def _proppatch(request: Request, place: Place) -> Answer:
    """Programs may not change names and colours here; they keep their own."""
    root = read_xml(request.body)
    if root is None or root.tag != D("propertyupdate"):
        raise Refusal(400)
    names = [prop.tag for action in root for given in action.findall(D("prop")) for prop in given]
    if not names:
        raise Refusal(400)
    response = lost(place.href, 403)
    response.remove(response[-1])
    props = element(D("prop"), *(element(name) for name in names))
    response.append(element(D("propstat"), props, element(D("status"), text="HTTP/1.1 403 Forbidden")))
    return multistatus([response])


_METHODS: Final[dict[str, Callable[[Request, Place], Answer]]] = {
    "GET": writing.get,
    "HEAD": writing.get,
    "PUT": writing.put,
    "DELETE": writing.delete,
    "PROPFIND": reports.propfind,
    "PROPPATCH": _proppatch,
    "REPORT": reports.report,
}


def _path(environ: dict[str, Any]) -> str:
    """Return the path as text: servers hand over its bytes as Latin-1 (PEP 3333)."""
    written = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return str(written.encode("latin-1", "replace").decode("utf-8", "replace"))


def _request(environ: dict[str, Any], path: str) -> Request:
    headers = {
        name.removeprefix("HTTP_").lower().replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = str(environ.get("CONTENT_TYPE") or "")
    method = str(environ["REQUEST_METHOD"]).upper()
    return Request(method, path, headers, _body(environ, MOST_BYTES if method == "PUT" else MOST_XML))


def _body(environ: dict[str, Any], most: int) -> bytes:
    """Return the body of a request; raises Refusal for one that is too large, whatever it says of its length."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Refusal(400) from None
    if length > most or length < 0:
        raise Refusal(413)
    chunked = environ.get("wsgi.input_terminated") and "HTTP_TRANSFER_ENCODING" in environ
    stream = environ["wsgi.input"]
    body = bytes(stream.read(most + 1) if chunked else stream.read(length) if length else b"")
    if len(body) > most:
        raise Refusal(413)
    return body


def _ask() -> Answer:
    words = b"Sign in with your name and an app password, which you make on your own page."
    headers = {"WWW-Authenticate": 'Basic realm="Kartoteka", charset="UTF-8"'}
    return Answer(401, words, {**headers, "Content-Type": "text/plain; charset=utf-8"})


def _send(environ: dict[str, Any], start_response: Callable[..., Any], answer: Answer) -> list[bytes]:
    headers = {
        "DAV": CLASSES,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Content-Length": str(len(answer.body)),
        **answer.headers,
    }
    if answer.status in (204, 304):
        headers.pop("Content-Length")
    start_response(f"{answer.status} {STATUS.get(answer.status, 'Internal Server Error')}", list(headers.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
