"""Lists of clients taken away as files with what the module adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kartoteka.testing.company import ADMINISTRATOR
from kartoteka.web.lists import exporting


def held(value: Any) -> int:
    """Count what is reachable through mappings, lists and tuples."""
    if isinstance(value, Mapping):
        return sum(map(held, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(map(held, value))
    return 1


@pytest.mark.catalogue("X-03", part="constant memory")
def test_an_export_keeps_one_page_and_no_more(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    browser = house.company.browser(house.company.add_user(ADMINISTRATOR))
    real, sessions = exporting.reading, list[Session]()

    @contextmanager
    def watched() -> Any:
        with real() as session:
            sessions.append(session)
            yield session

    monkeypatch.setattr(exporting, "reading", watched)
    after: list[int] = []
    for _twice in range(2):
        for number in range(4):
            house.address(house.client(f"UAB Langas {len(after)}-{number}"))
        lines = browser.post("/clients/export", data={"format": "csv", "columns": "all"}).text.splitlines()
        assert len(lines) == 1 + 4 * (len(after) + 1)
        assert sum("Vilnius" in line for line in lines) == len(lines) - 1
        after.append(held(sessions[-1].info))
    assert after[0] == after[1]
