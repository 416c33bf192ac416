"""What pages of inquiries cost: a bounded number of statements, however many records there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import insert_rows, utc_now
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry

MOST_OF_LIST, MOST_OF_PAGE = 6, 12


def visit(house: Any, path: str) -> list[str]:
    """Return the statements of a page that was opened before, so that caches are warm."""
    assert house.browser.get(path).status_code == 200
    with counted_statements(house.company.database) as heard:
        assert house.browser.get(path).status_code == 200
    return heard


def fill(house: Any, inquiry_id: int, number: int) -> None:
    """Copy an inquiry, and give each copy two activities."""
    with house.company.database.transaction(house.company.system) as session:
        copied = session.scalars(select(Inquiry).where(Inquiry.id == inquiry_id)).one()
        known = {name: getattr(copied, name) for name in ("client_id", "process_id", "stage_id")}
        now = utc_now()
        ids = insert_rows(
            session,
            Inquiry,
            [
                {
                    **known,
                    "number": f"X{index}",
                    "subject": f"Subject {index}",
                    "manager_id": house.user_id,
                    "value": 10,
                    "next_at": now + timedelta(days=1),
                    "moved_at": now - timedelta(days=index),
                }
                for index in range(number)
            ],
        )
        insert_rows(
            session,
            Activity,
            [
                {
                    "client_id": known["client_id"],
                    "inquiry_id": inquiry_id if index % 2 else one,
                    "number": f"V{one}-{index}",
                    "name": "Call",
                    "starts_at": now,
                    "ends_at": now,
                    "due_at": now + timedelta(days=1),
                    "performer_id": house.user_id,
                    "uid": f"{one}-{index}@test",
                }
                for one in ids
                for index in range(2)
            ],
        )


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_keeps_its_budget(house: Any, number: int) -> None:
    fill(house, house.inquiry(house.client()), number)
    for query in ("", "?attention=still", "?status=open&order=moved_at", "?q=subject"):
        heard = visit(house, f"/crm_inquiries/inquiries/{query}")
        assert len(heard) <= MOST_OF_LIST, "\n\n".join([query, *heard])


@pytest.mark.parametrize("number", [1, 60])
def test_the_page_keeps_its_budget(house: Any, number: int) -> None:
    inquiry_id = house.inquiry(house.client(), lines=[{"text": f"Line {index}"} for index in range(number)])
    fill(house, inquiry_id, number)
    heard = visit(house, f"/crm_inquiries/inquiries/{inquiry_id}")
    assert len(heard) <= MOST_OF_PAGE, "\n\n".join(heard)


@pytest.mark.parametrize("number", [1, 60])
def test_the_tab_of_the_card_keeps_its_budget(house: Any, number: int) -> None:
    client_id = house.client()
    fill(house, house.inquiry(client_id), number)
    heard = visit(house, f"/crm_inquiries/clients/{client_id}/inquiries")
    assert len(heard) <= MOST_OF_PAGE, "\n\n".join(heard)
