"""A whole import taken back: what was there before is there again."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import Table, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.base import Model
from kartoteka.db.chunks import CHUNK
from kartoteka.db.journal import insert_rows, operation_of
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.undo import plan_undo
from kartoteka.testing import run_jobs
from kartoteka.testing.statements import counted_statements
from tests.core.importing.conftest import count, make_payers, numbers

TABLES = ("core_client", "core_search_text", "core_client_share", "crm_clients_contact", "crm_clients_address")
"""All tables that an import of clients may touch; of a row everything counts but how often it was changed."""


def contents(company) -> dict[str, Counter]:
    """Return the rows of these tables, without versions."""
    found = {}
    with company.database.reading(company.system) as session:
        for name in TABLES:
            if name not in Model.metadata.tables:
                continue  # its module is not installed
            table: Table = Model.metadata.tables[name]
            columns = [column for column in table.columns if column.name not in ("version", "rowid")]
            if name == "core_search_text":
                columns = [column for column in columns if column.name != "id"]
            rows = raw_connection(session).execute(select(*columns))
            found[name] = Counter(repr(tuple(row)) for row in rows)
    return found


def undo(importer, number, **form):
    operation = importer.row(number).operation_id
    assert f"/operations/{operation}" in importer.browser.get(f"/importing/{number}").text
    answer = importer.browser.post(f"/operations/{operation}/undo", data=form)
    run_jobs(importer.company)
    return answer


@pytest.mark.catalogue("X-02", part="undo")
@pytest.mark.parametrize("size", [60, 900])
def test_undo_leaves_what_was_there_before(importer, size):
    importer.company.add_client("UAB Sava", registration_code="304444444")
    importer.import_all(make_payers(30).encode(), "list.tsv", source="payers")
    before = contents(importer.company)
    changed = make_payers(size).replace("Žuvėdra", "Kregždė")
    number = importer.begin(changed.encode(), "list.tsv")
    importer.go_on(number)
    importer.check(number)
    done = importer.start(number)
    assert (done["created"], done["changed"]) == (size - 30, 10)
    assert contents(importer.company) != before
    assert undo(importer, number).status_code == 302
    assert contents(importer.company) == before


def test_what_an_undo_would_do_costs_few_statements(office):
    """Some fifty columns may refer to a client; they are looked through at once, not one by one."""
    rows = [{"number": f"C{number}", "company_name": f"UAB {number}"} for number in range(2 * CHUNK)]
    with office.database.transaction(office.system) as session:
        insert_rows(session, Client, [{**row, "registered_on": date(2026, 1, 1), "kind": "company"} for row in rows])
        operation = operation_of(session)
    with office.database.reading(office.system) as session:
        plan_undo(session, operation)  # the first time the tables are read, too
        with counted_statements(office.database) as seen:
            assert plan_undo(session, operation).ready == len(rows)
    assert len(seen) <= 20, seen


def test_a_client_changed_since_is_left_alone(importer):
    number = importer.begin(make_payers(30).encode(), "list.tsv")
    importer.go_on(number)
    importer.check(number)
    importer.start(number)
    with importer.company.database.transaction(importer.company.system) as session:
        kept = session.scalars(select(Client).where(Client.external_id == "3")).one()
        change_client(session, kept.id, {"phone": "+37061234567"})
    assert undo(importer, number).status_code == 409
    assert count(importer.company) == 30
    assert undo(importer, number, rest="1").status_code == 302
    with importer.company.database.reading(importer.company.system) as session:
        assert session.scalars(select(Client.external_id)).all() == ["3"]


def test_what_was_imported_is_listed(importer):
    importer.company.add_client("UAB Sava")
    number = importer.begin(b"ID,Name\n1,UAB Viena\n2,UAB Dvi\n")
    importer.go_on(number)
    importer.check(number)
    importer.start(number)
    page = importer.browser.get(f"/importing/{number}").text
    assert f"/clients/?importing.file={number}" in page
    listed = importer.browser.get(f"/clients/?importing.file={number}").text
    assert "UAB Viena" in listed
    assert "UAB Sava" not in listed
    assert "list.csv" in listed


@pytest.mark.catalogue("X-02", part="duplicates")
@pytest.mark.parametrize(
    ("choice", "wanted", "names"),
    [
        ("skip", (1, 0, 0, 1, 0, 0), ["UAB Nauja", "UAB Sena"]),
        ("update", (1, 1, 0, 0, 0, 0), ["UAB Kita", "UAB Nauja"]),
        ("create", (2, 0, 0, 0, 0, 0), ["UAB Kita", "UAB Nauja", "UAB Sena"]),
    ],
)
def test_a_code_that_is_there_already_is_flagged(importer, choice, wanted, names):
    importer.company.add_client("UAB Sena", registration_code="304444444", country="LT")
    number = importer.begin(b"ID,Kodas,Name\n1,304444444,UAB Kita\n2,,UAB Nauja\n")
    importer.go_on(number)
    checked = importer.check(number, **{"option-kind": "company"})
    assert numbers(checked) == (1, 0, 0, 1, 0, 0)
    assert "about a record that is there already" in importer.browser.get(f"/importing/{number}").text
    assert numbers(importer.start(number, choice)) == wanted
    with importer.company.database.reading(importer.company.system) as session:
        assert session.scalars(select(Client.name).order_by(Client.name)).all() == names


@pytest.mark.parametrize("key", ["registration_code", "email", "name", "column:Pastaba", ""])
def test_records_are_found_again_by_the_chosen_key(importer, key):
    text = "Pavadinimas;Kodas;El. paštas;Pastaba\nUAB Viena;304444444;a@viena.lt;x1\nUAB Dvi;304444445;b@dvi.lt;x2\n"
    first, done = importer.import_all(text.encode(), key=key, **{"option-kind": "company"})
    assert numbers(done)[0] == 2
    second, _done = importer.import_all(text.encode(), key=key, **{"option-kind": "company"})
    assert numbers(second) == ((0, 0, 0, 2, 0, 0) if key == "" else (0, 0, 2, 0, 0, 0))
    assert first["refused"] == second["refused"] == 0
