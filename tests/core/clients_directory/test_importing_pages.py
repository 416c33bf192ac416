"""A directory file goes through the pages of imports, comes again without change, and is undone whole (CL-40)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.models import Client
from kartoteka.db.journal import JournalEntry
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company
from tests.core.importing.conftest import Importer

RIGHTS = ("importing.use", "clients.view", "clients.create", "clients.import_directory")
FILE = """Įmonės kodas;Pavadinimas;PVM kodas;Adresas;Miestas;Telefonas;El. paštas;Svetainė;Veikla
302417553;UAB „Žuvėdra“;LT100005041213;Gedimino pr. 1;Vilnius;852123456;info@zuvedra.lt;zuvedra.lt;Žvejyba
110053842;"Ąžuolas; UAB";;Laisvės al. 5;Kaunas;;;;
;;;;;;;;
110053842;Ąžuolas kartą dar;;;;;;;
300000001;;;Be vardo;;;;;
"""


def companies(company: Company) -> list[Any]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(DirectoryCompany).order_by(DirectoryCompany.id)))


@pytest.fixture(params=["sqlite", "postgresql"])
def importer(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Importer:
    """An administrator of directories, once on each database."""
    office = company_on(request.param)
    return Importer(office, office.add_user(permissions=RIGHTS, reach="all"))


def import_file(importer: Importer, encoding: str) -> dict[str, int]:
    number = importer.begin(FILE.encode(encoding), "registras.csv", "clients.directory")
    importer.go_on(number)
    importer.check(number)
    return importer.start(number)


@pytest.mark.catalogue("CL-40")
@pytest.mark.catalogue("X-10")
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1257"])
def test_a_directory_is_imported_found_again_and_undone(importer: Importer, encoding: str) -> None:
    first = import_file(importer, encoding)
    assert (first["created"], first["refused"]) == (2, 2), "no name; the same company with another name"
    zuvedra, azuolas = companies(importer.company)
    assert (zuvedra.name, zuvedra.city, zuvedra.activity) == ("UAB „Žuvėdra“", "Vilnius", "Žvejyba")
    assert (zuvedra.street, zuvedra.email, azuolas.name) == ("Gedimino pr. 1", "info@zuvedra.lt", "Ąžuolas; UAB")
    assert (zuvedra.country, zuvedra.registration_code_norm) == ("LT", "302417553")
    with importer.company.database.reading(importer.company.system) as session:
        assert session.scalars(select(Client.id)).all() == []
    again = import_file(importer, encoding)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    with importer.company.database.reading(importer.company.system) as session:
        (operation,) = set(
            session.scalars(select(JournalEntry.operation_id).where(JournalEntry.kind == "clients.directory_company"))
        )
    assert importer.browser.post(f"/operations/{operation}/undo").status_code == 302
    run_jobs(importer.company)
    assert companies(importer.company) == []


def test_only_who_may_imports_directories(importer: Importer) -> None:
    office = importer.company
    clerk = Importer(office, office.add_user(permissions=("importing.use", "clients.view", "clients.create")))
    assert clerk.upload(FILE.encode(), "registras.csv", "clients.directory").status_code in (403, 404, 422)
