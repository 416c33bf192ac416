"""A company with the document register, its clerk, and a bucket on a real S3 server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.testing.company import Company
from tests.core.blobs.conftest import s3_server, s3_setting

__all__ = ["s3_server", "s3_setting"]


@pytest.fixture
def office(company: Callable[..., Company]) -> Company:
    return company()


@pytest.fixture
def clerk(login_as: Callable[..., Any]) -> Any:
    return login_as("administrator")
