"""A visitor who asks for pages over one kept connection and keeps the time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode

PIECE = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What a page answered: its status, its text, how many statements it took (ours only), and the seconds."""

    status: int
    body: str
    statements: int | None
    seconds: float
    location: str = ""


@dataclass
class Visitor:
    """Keeps cookies and the connection between requests, as a browser does."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form; the protection token of the last page is added where there is one."""
        return self._ask("POST", path, urlencode(values))

    def download(self, path: str, values: dict[str, str], on_piece: Callable[[], None] | None = None) -> int:
        """Send a form and read the file that is the answer piece by piece; returns its number of lines."""
        headers = {"Cookie": self._cookie(), "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", path, urlencode(values), headers)
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        lines = 0
        while piece := response.read(PIECE):
            lines += piece.count(b"\n")
            if on_piece is not None:
                on_piece()
        connection.close()
        return lines

    def sign_in(self, login: str, password: str) -> None:
        """Sign in to ours; raises RuntimeError when refused."""
        token = csrf_token(self.get("/login").body)
        answer = self.post("/login", {"login": login, "password": password, "csrf_token": token})
        if answer.status not in (302, 303):
            raise RuntimeError(f"Sign-in was refused: {answer.status}")

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": self._cookie()}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.connection is None:
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode("utf-8")
        seconds = time.perf_counter() - start
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        count = response.headers.get("X-Statements")
        location = response.headers.get("Location", "")
        return Answer(response.status, text, int(count) if count else None, seconds, location)


def csrf_token(html: str) -> str:
    """Return the protection token of a form on the page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    if found is None:
        raise RuntimeError("The page has no form with a protection token.")
    return found.group(1)


def typed_in(html: str) -> dict[str, str]:
    """Return what a browser sends of the form on a page as it was opened."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in ("files", "q") and not re.search(r'type="(radio|checkbox)"', tag):
            sent[name[1]] = unescape(value[1]) if value else ""
    for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name_] = unescape(chosen[1]) if chosen else ""
    return sent
