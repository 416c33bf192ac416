"""One furnished company for all tests of a file; tests that change it beyond repair make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kartoteka.testing.company import open_company
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.installed import installed


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A company with the module crm_clients and one record of every kind."""
    with open_company() as company:
        company.switch(*installed("crm_clients", "crm_inquiries"))
        yield furnish(company)
