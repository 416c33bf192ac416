"""Lists imported through the pages: made-up ones that are always there, and the real ones beside the checkout."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from tests.core.importing.conftest import count, entries, make_payers, numbers, spreadsheet

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


@pytest.mark.catalogue("X-02", part="real")
def test_a_real_list_of_payers(importer, shared):
    text = shared(LAND).read_text("utf-8-sig")
    files = {
        "a.tsv": shared(LAND).read_bytes(),
        "b.tsv": text.encode("windows-1257"),
        "c.xlsx": spreadsheet(rows_of(text)),
    }
    for place, (name, content) in enumerate(files.items()):
        number = importer.begin(content, name)
        form = importer.form(number)
        if name != "c.xlsx":
            encoding = "cp1257" if name == "b.tsv" else "utf-8"
            assert (form["encoding"], form["separator"], form["heading"]) == (encoding, "tab", 1)
        importer.go_on(number)
        assert importer.guessed(number) == GUESSED
        checked = importer.check(number)
        created = 0 if place else 5730
        assert numbers(checked) == (created, 0, 8611 - created, 0, 0, 1), name
        if not place:
            assert importer.start(number)["unusual"] == 2210
        assert count(importer.company) == entries(importer.company) == 5730
    with importer.company.database.reading(importer.company.system) as session:
        assert len(session.scalars(select(Client.id).where(Client.registration_code != "")).all()) == 2210


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
