"""The furnished company on both databases, with a third user whose name begins with a small letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from tests.hostile.furnishing import furnish
from tests.hostile.house import House


@pytest.fixture(scope="package")
def houses() -> Iterator[dict[str, House]]:
    """One company on each database."""
    with ExitStack() as stack:
        yield {kind: _open(stack, kind) for kind in chosen_kinds()}


def _open(stack: ExitStack, kind: str) -> House:
    company = stack.enter_context(open_company(kind))
    company.switch("crm_clients", "crm_inquiries")
    house = furnish(company)
    house.ids |= {"admin": house.admin, "small": company.add_user(login="rimas", name="ona Žukė")}
    return house
