"""Directories of the module: used entries are closed and never deleted, and each limits its list (CORE-20)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.builtin.directories.service import change_entry, delete_entry
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, SOURCES
from tests.modules.crm_inquiries.conftest import InquiryHouse


def entries(house: InquiryHouse, directory: str) -> list[int]:
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [directory])
        wanted = select(DirectoryEntry.id).where(DirectoryEntry.directory == directory)
        return list(session.scalars(wanted.order_by(DirectoryEntry.id).limit(2)))


def note(house: InquiryHouse, field: str, entry: int, name: str) -> None:
    client = house.client(f"UAB {name}", registration_code=name)
    if field == "source_id":
        house.inquiry(client, subject=name, source_id=entry)
        return
    with house.writing() as session:
        plan_activity(session, {"name": name, "starts_at": utc_now(), "client_id": client, field: entry})


@pytest.mark.catalogue("CORE-20", part="task types, categories, ad sources: closed when used; filters")
@pytest.mark.parametrize(
    ("directory", "field", "path"),
    [
        (ACTIVITY_KINDS, "kind_id", "/crm_inquiries/activities/"),
        (CATEGORIES, "category_id", "/crm_inquiries/activities/"),
        (SOURCES, "source_id", "/crm_inquiries/inquiries/"),
    ],
)
def test_a_used_entry_is_closed_not_deleted_and_limits_the_list(
    house: InquiryHouse, directory: str, field: str, path: str
) -> None:
    first, second = entries(house, directory)
    note(house, field, first, "Oak")
    note(house, field, second, "Birch")
    found = house.browser.get(f"{path}?{field}={first}").text.partition("<table")[2]
    assert "Oak" in found
    assert "Birch" not in found
    with house.company.database.transaction(house.company.system) as session, pytest.raises(Refused):
        delete_entry(session, first)
    with house.company.database.transaction(house.company.system) as session:
        change_entry(session, first, {"closed": True})
    with pytest.raises(InvalidInput):
        note(house, field, first, "Late")
    assert "Oak" in house.browser.get(f"{path}?{field}={first}").text.partition("<table")[2], "what was closed is kept"
