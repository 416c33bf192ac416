"""Which modules are installed here, and what a run leaves out for want of one: the core is tested alone too.

A test that is about a module says so, ``@pytest.mark.needs_module("crm_clients")``; a file says it by importing the
module's package at its top. Both are left out where the module is not installed, and counted: a skip would fail in CI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

INSTALLED = frozenset(one.name for one in entry_points(group="kartoteka.modules"))
OURS = frozenset({"crm_clients", "crm_inquiries"})
ROOT = Path(__file__).parents[1]
_IMPORTED = re.compile(r"^(?:from|import) kartoteka_(\w+)", re.MULTILINE)
_TESTS = re.compile(r"^from (tests\.[\w.]*\btest_\w+) import", re.MULTILINE)


def installed(*names: str) -> list[str]:
    """Return those of these modules that are installed, for a company that works without the others too."""
    return [name for name in names if name in INSTALLED]


def imported(path: Path) -> list[str]:
    """Return the modules whose packages a test file imports, itself or by another test file."""
    text = path.read_text("utf-8")
    others = (ROOT / f"{name.replace('.', '/')}.py" for name in _TESTS.findall(text))
    return [*_IMPORTED.findall(text), *(name for other in others for name in imported(other))]


class LeftOut:
    """Leaves out tests of modules that are not installed, and says how many."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.tests: list[str] = []

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out files that cannot be imported without an absent module."""
        if not collection_path.match("test_*.py") or not absent(imported(collection_path)):
            return None
        self.files.add(str(collection_path))
        return True

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out tests that are marked as being about an absent module."""
        unfit = [item for item in items if absent(needs(item))]
        if unfit:
            self.tests = [item.nodeid for item in unfit]
            config.hook.pytest_deselected(items=unfit)
            items[:] = [item for item in items if not absent(needs(item))]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that reports what was left out here, where tests run in several."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["left_out"] = [sorted(self.files), self.tests]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process has left out; all of them leave out the same."""
        files, self.tests = getattr(node, "workeroutput", {}).get("left_out", ([], self.tests))
        self.files |= set(files)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say which modules the run was without, and how much of it."""
        if OURS <= INSTALLED:
            return
        without = ", ".join(sorted(OURS - INSTALLED))
        terminalreporter.write_sep("-", f"without {without}")
        terminalreporter.write_line(f"left out as being about these: {len(self.tests)} tests, {len(self.files)} files")


def needs(item: pytest.Item) -> list[str]:
    """Return the modules that a test says it is about."""
    return [name for one in item.iter_markers("needs_module") for name in one.args]


def absent(names: Iterable[str]) -> list[str]:
    """Return those of these modules that belong to this repository and are not installed."""
    return [name for name in names if name in OURS - INSTALLED]
