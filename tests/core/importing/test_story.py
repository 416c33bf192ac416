"""Lists imported through the pages: made-up ones that are always there, and the real ones beside the checkout."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from tests.core.importing.conftest import count, entries, make_payers, numbers, spreadsheet
from tests.core.importing.test_undo import contents, undo

GUESSED = {
    "Moketojo_ID": "external_id",
    "Moketojo_kodas": "registration_code",
    "Moketojo_pavadinimas": "name",
}
LAND = "data/03_registers/vilnius__zemesnuomossutartys/data/Sumos.tsv"


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.catalogue("X-02", part="once")
@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "windows-1257", "utf-16", "xlsx"])
def test_a_list_is_imported_once(importer, kind):
    text = make_payers()
    content = spreadsheet(rows_of(text)) if kind == "xlsx" else text.encode(kind)
    number = importer.begin(content, f"Sumos.{'xlsx' if kind == 'xlsx' else 'tsv'}")
    form = importer.form(number)
    if kind == "xlsx":
        assert (form["sheet"], form["heading"]) == ("List", 1)
    else:
        wanted = {"utf-8-sig": "utf-8", "windows-1257": "cp1257"}.get(kind, kind)
        assert (form["encoding"], form["separator"], form["quoting"], form["heading"]) == (wanted, "tab", "none", 1)
    importer.go_on(number)
    assert importer.guessed(number) == GUESSED
    checked = importer.check(number)
    assert numbers(checked) == (60, 0, 12, 0, 0, 1)
    assert (count(importer.company), entries(importer.company)) == (0, 0)
    assert numbers(importer.start(number)) == (60, 0, 12, 0, 0, 1)
    assert (count(importer.company), entries(importer.company)) == (60, 60)
    with importer.company.database.reading(importer.company.system) as session:
        kinds = Counter(session.scalars(select(Client.kind)))
        assert session.scalar(select(Client.name).where(Client.external_id == "3")) == '"Žuvėdra 3, UAB'
    assert kinds == {"person": 40, "company": 20}
    checked, done = importer.import_all(content, "Sumos again." + ("xlsx" if kind == "xlsx" else "tsv"))
    assert numbers(checked) == (0, 0, 72, 0, 0, 1)
    assert entries(importer.company) == 60
    assert not done or numbers(done) == (0, 0, 72, 0, 0, 1)


@pytest.mark.catalogue("X-02", part="real, with undo of the real list")
@pytest.mark.parametrize("kind", ["utf-8-sig", "windows-1257", "xlsx"])
def test_a_real_list_of_payers(importer, shared, kind):
    text = shared(LAND).read_text("utf-8-sig")
    content = spreadsheet(rows_of(text)) if kind == "xlsx" else text.encode(kind)
    name = "Sumos.xlsx" if kind == "xlsx" else "Sumos.tsv"
    before = contents(importer.company)
    number = importer.begin(content, name)
    form = importer.form(number)
    if kind != "xlsx":
        encoding = "cp1257" if kind == "windows-1257" else "utf-8"
        assert (form["encoding"], form["separator"], form["heading"]) == (encoding, "tab", 1)
    importer.go_on(number)
    assert importer.guessed(number) == GUESSED
    assert numbers(importer.check(number)) == (5730, 0, 2881, 0, 0, 1)
    assert contents(importer.company) == before
    done = importer.start(number)
    assert (numbers(done), done["unusual"]) == ((5730, 0, 2881, 0, 0, 1), 2210)
    assert (count(importer.company), with_a_code(importer), entries(importer.company)) == (5730, 2210, 5730)
    stored = contents(importer.company)
    checked, again = importer.import_all(content, name)
    assert numbers(checked) == (0, 0, 8611, 0, 0, 1)
    assert not again or numbers(again) == (0, 0, 8611, 0, 0, 1)
    assert contents(importer.company) == stored
    assert entries(importer.company) == 5730
    assert undo(importer, number).status_code == 302
    assert contents(importer.company) == before


def with_a_code(importer) -> int:
    with importer.company.database.reading(importer.company.system) as session:
        return len(session.scalars(select(Client.id).where(Client.registration_code != "")).all())


def test_real_names_in_many_scripts(importer, shared):
    content = shared("data/03_registers/psolin__cleanco/tests/companies.csv").read_bytes()
    number = importer.begin(content, "companies.csv")
    form = importer.form(number)
    assert (form["encoding"], form["separator"], form["heading"]) == ("utf-8", ";", 0)
    importer.go_on(number)
    assert importer.guessed(number) == {"1": "name", "2": "country"}
    assert importer.check(number)["created"] == 1320
    assert importer.start(number)["created"] == 1320
    checked, _done = importer.import_all(content, "companies.csv")
    assert (checked["created"], checked["unchanged"]) == (0, 1320)
