"""Lists taken away as files (X-03)."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kartoteka.db.audit import AuditEntry
from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company
from tests.core.importing.conftest import IMPORTER


def add_clients(company: Company, count: int, **values) -> None:
    with company.database.transaction(company.system) as session:
        rows = (
            {
                "number": f"K{number:06}",
                "company_name": f"UAB Langas {number:06}",
                "kind": "company",
                "registered_on": date(2026, 1, 2),
                "importance": "a" if number % 2 else "b",
                "phone": f"+3706{number:07}",
                **values,
            }
            for number in range(count)
        )
        insert_rows(session, "core_client", rows)


def export(browser, address="/clients/export", **form):
    answer = browser.post(address, data=form)
    assert answer.status_code == 200, answer.text
    return answer


def lines(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.catalogue("X-03", part="filtered")
def test_exactly_the_filtered_sorted_list_is_exported(office):
    browser = office.browser(office.add_user(permissions=IMPORTER, reach="all"))
    for name in ("Alfa", "Žuvėdra", "Beta"):
        office.add_client(name, importance="a")
    office.add_client("Gama", importance="b")
    office.add_client("=2+5", importance="b")
    found = lines(export(browser, "/clients/export?importance=a&sort=-name", format="csv"))
    assert [row[0] for row in found] == ["Name", "Žuvėdra", "Beta", "Alfa"]
    found = lines(export(browser, "/clients/export?q=zuved", format="csv", columns="all"))
    assert len(found) == 2
    assert len(found[0]) > 20
    assert "Personal code" not in found[0]
    book = CalamineWorkbook.from_filelike(io.BytesIO(export(browser, format="xlsx").data))
    assert [row[0] for row in book.get_sheet_by_index(0).iter_rows()][1:] == ["=2+5", "Alfa", "Beta", "Gama", "Žuvėdra"]
    ods = io.BytesIO(export(browser, format="ods").data)
    assert [row[0] for row in CalamineWorkbook.from_filelike(ods).get_sheet_by_index(0).iter_rows()][1] == "=2+5"
    assert zipfile.ZipFile(ods).read("mimetype").endswith(b"opendocument.spreadsheet")
    assert lines(export(browser, format="csv"))[1][0] == "'=2+5"
    with office.database.reading(office.system) as session:
        events = session.scalars(select(AuditEntry.event).where(AuditEntry.event == "list.exported")).all()
    assert len(events) == 5


@pytest.mark.catalogue("X-03", part="rights")
def test_people_export_only_what_they_see(office):
    seller = office.add_user(permissions=IMPORTER, reach="own")
    head = office.add_user(permissions=(*IMPORTER, "clients.see_personal_code"), reach="all")
    plain = office.add_user(permissions=("clients.view",), reach="all")
    office.add_client("Own", manager_id=seller)
    office.add_client("Other")
    office.add_client("", kind="person", surname="Ona", personal_code="48001010000")
    assert [row[0] for row in lines(export(office.browser(seller)))] == ["Name", "Own"]
    assert "48001010000" in export(office.browser(head), columns="all").text
    assert "48001010000" not in export(office.browser(seller), columns="all").text
    assert office.browser(plain).post("/clients/export").status_code == 403
    assert "clients/export" not in office.browser(plain).get("/clients/").text
    assert "clients/export" in office.browser(head).get("/clients/").text
    page = office.browser(head).get("/clients/export?q=own")
    assert "One record is exported" in page.text
    assert 'action="/clients/export?q=own"' in page.text


def test_pages_of_an_export_neither_skip_nor_repeat(office):
    add_clients(office, 2_345)
    browser = office.browser(office.add_user(permissions=IMPORTER, reach="all"))
    for address in ("/clients/export", "/clients/export?sort=-importance", "/clients/export?q=langas"):
        found = [row[0] for row in lines(export(browser, address))[1:]]
        assert len(found) == len(set(found)) == 2_345
    assert found == sorted(found)


def test_a_long_export_is_sent_in_pieces(office):
    add_clients(office, 12_000)
    browser = office.browser(office.add_user(permissions=IMPORTER, reach="all"))
    began = time.perf_counter()
    tracemalloc.start()
    answer = browser.post("/clients/export", data={"format": "csv"}, buffered=False)
    size = sum(len(piece) for piece in answer.iter_encoded())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 400_000
    assert peak < 12_000_000, f"{peak} bytes in {time.perf_counter() - began:.1f} s"
