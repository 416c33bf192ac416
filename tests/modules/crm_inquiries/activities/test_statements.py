"""What pages of activities cost: the same number of statements however many activities there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kartoteka.api.db import utc_now
from kartoteka.testing.statements import counted_statements


def visit(desk: Any, path: str) -> list[str]:
    """Return the statements of a page that was opened before, so that caches are warm."""
    assert desk.browser.get(path).status_code == 200
    with counted_statements(desk.company.database) as heard:
        assert desk.browser.get(path).status_code == 200
    return heard


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/crm_inquiries/activities/?show=mine", 6),
        ("/crm_inquiries/activities/", 6),
        ("/crm_inquiries/work", 8),
        ("/crm_inquiries/activities/1", 12),
        ("/crm_inquiries/activities/1/finish", 12),
        ("/crm_inquiries/clients/1/activities", 12),
        ("/clients/1", 12),
    ],
)
def test_pages_keep_their_budgets(desk: Any, path: str, most: int, number: int) -> None:
    client_id = desk.client()
    inquiry_id = desk.inquiry(client_id)
    for index in range(number):
        desk.activity(
            name=f"Call {index}",
            client_id=client_id,
            inquiry_id=inquiry_id,
            starts_at=utc_now() - timedelta(hours=index),
        )
    heard = visit(desk, path)
    assert len(heard) <= most, "\n\n".join(heard)
