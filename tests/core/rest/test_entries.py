"""Entries of directories that programs name: only open ones of the field's own directory."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kartoteka.api.declare import Field, FieldType
from kartoteka.api.directories import DirectoryEntry
from kartoteka.builtin.rest.entries import refuse_strange_entries
from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka_crm_clients.models import Address

CITIES = "directories.cities"
SEEN = SimpleNamespace(
    model=Address,
    writable=(
        Field(name="place", title=_("Place"), type=FieldType.CHOICE, column="place_id"),
        Field(name="city", title=_("City"), type=FieldType.LINE),
    ),
)


@pytest.mark.parametrize("kind", chosen_kinds())
def test_a_field_takes_open_entries_of_its_own_directory_only(kind: str) -> None:
    with open_company(kind) as company, company.database.transaction(company.system) as session:
        ids = {}
        for directory, closed in ((CITIES, False), ("directories.regions", False), (CITIES, True)):
            entry = DirectoryEntry(directory=directory, name="X", closed=closed)
            session.add(entry)
            session.flush()
            ids[directory, closed] = entry.id
        refuse_strange_entries(session, SEEN, {"place": ids[CITIES, False], "city": "Vilnius"})
        refuse_strange_entries(session, SEEN, {"place": None})
        closed = ids[CITIES, True]
        for wrong in (ids["directories.regions", False], closed, 999_999):
            with pytest.raises(InvalidInput) as refused:
                refuse_strange_entries(session, SEEN, {"place": wrong})
            assert set(refused.value.errors) == {"place"}
        # What was chosen before it was closed may be sent again.
        refuse_strange_entries(session, SEEN, {"place": closed}, Address(place_id=closed))
