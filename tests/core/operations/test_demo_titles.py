"""What the demo company did is told in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kartoteka.db.journal import Operation
from kartoteka.testing.company import Company
from tests.installed import installed

TITLES = {
    "en": "Demo company",
    "lt": "Parodomoji įmonė",
    "et": "Näidisettevõte",
    "uk": "Приклад компанії",
    "ru": "Пример компании",
}


@pytest.fixture
def filled(company_on: Callable[..., Company]) -> Company:
    made = company_on(modules=installed("crm_clients"))
    made.fill(2)
    return made


def test_every_operation_of_the_demo_company_has_a_title_to_translate(filled: Company) -> None:
    with filled.database.reading(filled.system) as session:
        rows = session.execute(select(Operation.title, Operation.message)).all()
    assert "Demo company" in {title for title, _message in rows}
    assert [title for title, message in rows if message is None] == []


@pytest.mark.parametrize("language", TITLES)
def test_the_demo_company_is_named_in_the_readers_language(filled: Company, language: str) -> None:
    reader = filled.browser(filled.add_user("administrator", language=language))
    rows = reader.get("/operations/").text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert [title for title in TITLES.values() if f">{title}</a>" in rows] == [TITLES[language]]
