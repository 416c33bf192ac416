"""The demo company speaks all languages."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.testing.company import demo_template, open_company


def test_words_that_directories_begin_with_are_kept_in_all_languages() -> None:
    with open_company("sqlite", template=demo_template("crm_clients", clients=5)) as company:
        asked = DirectoryEntry.directory == "crm_clients.sizes", DirectoryEntry.code == "medium"
        with company.database.reading(company.system) as session:
            entry = session.scalars(select(DirectoryEntry).where(*asked)).one()
    assert entry.name == "50 to 249 people"
    assert entry.titles["lt"] == "50–249 darbuotojai"
    assert {"et", "uk", "ru"} <= entry.titles.keys()
