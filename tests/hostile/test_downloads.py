"""Downloads of what hostile people typed: a spreadsheet shows it and calculates nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kartoteka.db.journal import insert_rows
from kartoteka.testing.company import Company
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.i18n import today
from tests.hostile.strings import OWN, public_strings, storable

pytestmark = pytest.mark.needs_module("crm_clients")

REPORT = "/reports/crm_clients/birthdays"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def born_today(company: Company, names: Iterable[str]) -> list[str]:
    """Store contacts with these names and a birthday today; returns the names as they are kept."""
    cleaned = [clean_line(storable(name))[:200] for name in names]
    kept = [name for name in dict.fromkeys(cleaned) if name]
    born = today().replace(year=1980)
    client = company.add_client("UAB Langai").id
    with company.database.transaction(company.system, "Stored") as session:
        rows = [{"client_id": client, "surname": name, "job_title": name, "birthday": born} for name in kept]
        insert_rows(session, "crm_clients_contact", rows)
    return kept


def check(company: Company, names: Iterable[str]) -> None:
    kept = born_today(company, names)
    browser = company.browser(company.add_user("administrator"))
    text = browser.post(f"{REPORT}.csv").data.decode("utf-8-sig")
    table = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.post(f"{REPORT}.xlsx").data))
    sheet = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert [cell for cell in table if cell.startswith(FORMULA)] == []
    shown = {cell.removeprefix("'") for cell in table}
    assert [name for name in kept if name.removeprefix("'") not in shown] == []
    # In a workbook a text cell is a text whatever it begins with; none may be kept as a formula.
    assert [name for name in kept if name.removeprefix("'") not in {cell.removeprefix("'") for cell in sheet}] == []
    assert len(table) == len(text.splitlines()[0].split(";")) * (len(kept) + 1)


@pytest.fixture
def office(company: Callable[..., Company]) -> Company:
    return company(modules=["crm_clients", "crm_inquiries"])


def test_downloads_calculate_nothing(office: Company) -> None:
    check(office, [*OWN, *(f"{sign}1+1" for sign in FORMULA), "a;b", 'a"b', "a'b", "a,b", "'=1"])


def test_public_lists_calculate_nothing_in_downloads(office: Company, shared: Callable[[str], Path]) -> None:
    check(office, public_strings(shared)[::2])


def test_formulas_are_marked_as_text(office: Company) -> None:
    born_today(office, ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1"])
    text = office.browser(office.add_user("administrator")).post(f"{REPORT}.csv").data.decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text
    assert "'@SUM(1)" in text
    assert "'+1" in text
    assert "'-1" in text
