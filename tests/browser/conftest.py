"""A real Chromium for every test here, and pages that fail on any message of the console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

HERE = Path(__file__).parent
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

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            console.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: console.append(f"uncaught: {error}"))
    yield page
    assert not console, "\n".join(console)
