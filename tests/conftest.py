"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.installed import LeftOut
from tests.skips import ABSENT, pytest_sessionfinish, pytest_terminal_summary

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary"]

# How long an example takes depends on what else the machine does.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Leave out what is about modules that are not installed."""
    config.pluginmanager.register(LeftOut())


_SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Find test data that lies beside the checkout; a test without it is skipped and says what is missing."""

    def find(path: str) -> Path:
        if not (_SHARED / path).exists():
            pytest.skip(f"{ABSENT}/{path}")
        return _SHARED / path

    return find
