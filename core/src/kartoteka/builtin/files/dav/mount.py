"""Puts the drive in front of the pages: ``/dav`` is for programs that sign in with a password of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from io import BytesIO
from threading import Lock
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kartoteka.builtin.files.dav.names import MOUNT
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.db.session import Workplace, workplace
from kartoteka.web.programs import basic_credentials

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
WhoIs = Callable[[str, str], Actor | None]
_ASKS_IN_XML = frozenset({"PROPFIND", "PROPPATCH", "LOCK"})
_LONGEST_QUESTION = 200_000


class Drive:
    """WSGI application: the drive below ``/dav``, everything else as before.

    ``who_is(login, password)`` returns the actor whose program it is. The library is loaded when the first one asks.
    """

    def __init__(self, pages: Wsgi, database: Database, who_is: WhoIs) -> None:
        self.pages = pages
        self.database = database
        self.who_is = who_is
        self._dav: Wsgi | None = None
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != MOUNT and not path.startswith(f"{MOUNT}/"):
            return self.pages(environ, start_response)
        login, password = basic_credentials(environ.get("HTTP_AUTHORIZATION", ""))
        actor = self.who_is(login, password) if login and password else None
        if actor is None:
            return _ask(start_response)
        if "\0" in path:  # no name holds it, and PostgreSQL takes it in no text
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        if environ.get("REQUEST_METHOD") in _ASKS_IN_XML and not _is_harmless(environ):
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        environ["wsgidav.auth.user_name"] = environ["wsgidav.user_name"] = login
        environ["wsgidav.auth.realm"] = "Kartoteka"
        return self._answer(environ, start_response, actor)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any], actor: Actor) -> Iterator[bytes]:
        """Answer for this actor, to the last piece: a server asks for the pieces after the call has returned."""
        place = copy_context()
        place.run(workplace.set, Workplace(self.database, actor))
        answer = place.run(self._application(), environ, start_response)
        pieces = iter(answer)
        try:
            while (piece := place.run(next, pieces, None)) is not None:
                yield piece
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                place.run(close)

    def _application(self) -> Wsgi:
        with self._lock:
            if self._dav is None:
                self._dav = make_dav_application()
            return self._dav


def make_dav_application() -> Wsgi:
    """Return WsgiDAV over the documents, with our own signing in and locks, and without pages for browsers."""
    from wsgidav.error_printer import ErrorPrinter
    from wsgidav.request_resolver import RequestResolver
    from wsgidav.wsgidav_app import WsgiDAVApp

    from kartoteka.builtin.files.dav.locks import DatabaseLocks
    from kartoteka.builtin.files.dav.provider import DocumentProvider

    application: Wsgi = WsgiDAVApp(
        {
            "provider_mapping": {MOUNT: DocumentProvider()},
            "middleware_stack": [ErrorPrinter, RequestResolver],
            "lock_storage": DatabaseLocks(),
            "property_manager": None,
            "suppress_version_info": True,
            "verbose": 1,
            "logging": {"enable": False},
        }
    )
    return application


def _is_harmless(environ: dict[str, Any]) -> bool:
    """Tell whether a request's body is XML that defines nothing; WsgiDAV reads it by whichever parser is installed."""
    body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), _LONGEST_QUESTION + 1))
    environ["wsgi.input"] = BytesIO(body)
    if len(body) > _LONGEST_QUESTION:
        return False
    try:
        return not body.strip() or fromstring(body, forbid_dtd=True) is not None
    except (DefusedXmlException, ParseError, ValueError):
        return False


def _ask(start_response: Callable[..., Any]) -> list[bytes]:
    words = b"Sign in with your name and an app password, which you make on your own page."
    headers = [
        ("WWW-Authenticate", 'Basic realm="Kartoteka", charset="UTF-8"'),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(words))),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("401 Unauthorized", headers)
    return [words]
