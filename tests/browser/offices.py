"""Companies that are served to a real browser, and the people who sit in front of it."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from waitress.server import create_server

from kartoteka.builtin.clients.loading import ClientLoader, FileFormat, LoadOptions, read_lines
from kartoteka.demo_company import PASSWORD
from kartoteka.testing.company import Company
from tests.core.killing import environment_of

_FIRST_STEPS = re.compile(r"http://\S+/setup/\?token=\S+")
_ENDING = 30
"""Seconds that a program and its worker may take to end."""


def listen(page: Page, console: list[str]) -> None:
    """Note what the page says in its console."""

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: console.append(f"uncaught: {error}"))


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application as `kartoteka run` does, on a free port; yields its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)

    def run() -> None:
        try:
            server.run()
        except OSError:
            return  # the socket was closed under it, which is how it is stopped

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(3)


@contextmanager
def running(company: Company) -> Iterator[str]:
    """Start `kartoteka run`, pages and worker, for a company that nobody has set up; yields the link that it prints."""
    command = [str(Path(sys.executable).with_name("kartoteka")), "run", "--port", "0"]
    environment = {**environment_of(company), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield next(found[0] for line in process.stdout if (found := _FIRST_STEPS.search(line)))
        finally:
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Office:
    """A company that is served, and the people who sit in front of it."""

    company: Company
    address: str
    browser: Browser
    console: list[str] = field(default_factory=list)
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    kept: Page | None = None

    def open(self, login: str = "", **options: Any) -> BrowserContext:
        """Open a browser of its own; ``login`` is signed in already, the first time through the page.

        Nothing moves by itself: where a page scrolls softly to its end, the bar with "Save" leaves a click behind.
        """
        still = {"base_url": self.address, "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        options = {**still, **options}
        context = self.browser.new_context(**options)
        context.add_cookies(self.cookies_of(login))
        context.set_default_timeout(15_000)
        return context

    @contextmanager
    def tab(self, login: str = "", **options: Any) -> Iterator[Page]:
        """Give the tab that is kept, emptied of what was in it: starting a new one costs more than most pages.

        ``options`` are those of the first time; a tab in which something went wrong is not used again.
        """
        page = self.kept or self._quiet_page(**options)
        self.kept = None
        page.context.clear_cookies()
        page.context.add_cookies(self.cookies_of(login))
        yield page
        page.goto("/quiet")
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.kept = page

    def _quiet_page(self, **options: Any) -> Page:
        page = self.page(self.open(**options))
        page.goto("/quiet")
        return page

    def cookies_of(self, login: str) -> list[Any]:
        """Return the cookies of somebody who is signed in, the first time through the page; nobody has none."""
        if login and login not in self.cookies:
            with self.browser.new_context(base_url=self.address) as context:
                self.sign_in(self.page(context), login)
                self.cookies[login] = context.cookies()
        return self.cookies.get(login, [])

    def page(self, context: BrowserContext) -> Page:
        """Open a page whose console is listened to."""
        page = context.new_page()
        listen(page, self.console)
        return page

    @staticmethod
    def sign_in(page: Page, login: str) -> None:
        """Sign in by typing, as everybody does."""
        page.goto("/login")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/login"))

    def expect_refusal(self, status: int) -> None:
        """Take the browser's own note about an answer that was meant to be one out of the console."""
        self.console[:] = [line for line in self.console if f"status of {status}" not in line]


def load_payers(company: Company, path: Path) -> None:
    """Load the land-lease payers of Vilnius, or a file made like theirs."""
    columns = {
        "external_id": "Moketojo_ID",
        "registration_code": "Moketojo_kodas",
        "name": "Moketojo_pavadinimas",
    }
    loader = ClientLoader(
        lambda: company.database.transaction(company.system, "Clients loaded"),
        LoadOptions(columns=columns, source="payers", country="LT"),
    )
    loader.load(read_lines(path, FileFormat(separator="tab", quoting="none")))
