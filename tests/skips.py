"""Counts skipped tests: without ../shared some may be; any other ends a run of CI as failed."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest
from _pytest.terminal import TerminalReporter

ABSENT = "needs ../shared"
"""What the reason of a test begins with whose data lies beside the checkout."""
ALLOWED = {
    "needs /proc/PID/task/PID/children": "kernels can be built without this file, and sandboxes leave it out",
}
"""Other reasons that a run of CI may have, and why."""


def without_shared(reasons: Iterable[str]) -> list[str]:
    """Return the reasons that are the absence of ../shared."""
    return [reason for reason in reasons if reason.startswith(ABSENT)]


def unallowed(reasons: Iterable[str]) -> list[str]:
    """Return the reasons that nobody has allowed, each once."""
    return sorted({reason for reason in reasons if not reason.startswith(ABSENT) and reason not in ALLOWED})


def reasons_of(reporter: TerminalReporter) -> list[str]:
    """Return why tests were skipped, one for each of them."""
    found = []
    for report in reporter.stats.get("skipped", []):
        told = report.longrepr
        found.append(str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: "))
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run of CI fail that skipped what it should have run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or os.environ.get("CI") != "true":
        return
    if session.exitstatus == pytest.ExitCode.OK and unallowed(reasons_of(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say how many tests were skipped for want of ../shared, and which skips a run of CI may not have."""
    reasons = reasons_of(terminalreporter)
    if not reasons:
        return
    terminalreporter.write_sep("-", "skipped tests")
    terminalreporter.write_line(f"{len(without_shared(reasons))} skipped because ../shared is absent")
    for reason in unallowed(reasons):
        terminalreporter.write_line(f"not allowed in CI: {reason}")
