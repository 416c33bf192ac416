"""A real Chromium for every test here, real servers to talk to, and pages that fail on any message of the console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kartoteka.testing.company import demo_template, open_company
from tests.browser.offices import Office, listen, served

HERE = Path(__file__).parent
pytest.register_assert_rewrite("tests.browser.looking")
expect.set_options(timeout=15_000)  # as long as an action may take: a busy machine is slow, not wrong
CHROMIUM = os.environ.get("KARTOTEKA_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test here; where there is no Chromium they are skipped by name, except in CI, which must have one."""
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="needs Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's browser, quiet on the network."""
    if CHROMIUM is None:
        pytest.fail("CI needs Chromium: .ci/run installs it")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture
def console() -> list[str]:
    """What the page said in its console; a test that expects a message takes it out of the list."""
    return []


@pytest.fixture
def page(page: Page, console: list[str]) -> Iterator[Page]:
    """A page whose console must stay silent: warnings, errors and refusals of the security policy fail the test."""
    listen(page, console)
    yield page
    assert not console, "\n".join(console)


@pytest.fixture(scope="session")
def open_office(browser: Browser) -> Iterator[Callable[..., Office]]:
    """Open offices with the demo company in them and crm_clients on; all are closed at the end."""
    with ExitStack() as stack:

        def make(clients: int = 40, modules: Sequence[str] = ("crm_clients",), kind: str = "sqlite") -> Office:
            template = demo_template(*modules, kind=kind, clients=clients)
            company = stack.enter_context(open_company(kind, template=template, company="Šiaurės langai"))
            company.app.config.update(TESTING=False, WTF_CSRF_ENABLED=True, PROPAGATE_EXCEPTIONS=False)
            company.app.add_url_rule("/broken", "broken", break_down)
            company.app.add_url_rule("/quiet", "quiet", say_nothing)
            return Office(company, stack.enter_context(served(company.app)), browser)

        yield make


def break_down() -> None:
    """A page with a fault in it."""
    raise RuntimeError("This page is broken on purpose.")


def say_nothing() -> str:
    """A page with nothing on it, for which no browser asks for a picture."""
    return "<!doctype html><link rel=icon href=data:,>"


@pytest.fixture(scope="session")
def demo_office(open_office: Callable[..., Office]) -> Office:
    """The demo company, shared by all tests of a run: use a client of your own for what you change."""
    return open_office()


@pytest.fixture
def office(demo_office: Office) -> Iterator[Office]:
    """The demo company; at the end of the test every console must have been silent."""
    demo_office.console.clear()
    yield demo_office
    assert not demo_office.console, "\n".join(demo_office.console)
