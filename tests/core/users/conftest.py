"""A company whose people sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kartoteka.testing.plugin import Company


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    return company()
