"""Number series: without gap or double whatever processes do, with the company's own masks and beginnings."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.builtin.documents.models import Document
from kartoteka.builtin.documents.service import change_series, draw_number
from kartoteka.extension.declarations.documents import Series
from kartoteka.testing.databases import POSTGRESQL, chosen_kinds
from kartoteka.vocabulary.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[3]
INVOICES = Series(name="invoices", mask="S{year}-{number:03}")
DAY = date(2026, 11, 22)


@pytest.fixture(params=chosen_kinds())
def place(request, company_on):
    return company_on(request.param)


def drawn(company, series=INVOICES, day=DAY):
    with company.database.transaction(company.system) as session:
        return draw_number(session, series, day)


def changed(company, mask, start=None, series=INVOICES):
    with company.database.transaction(company.system) as session:
        change_series(session, series, mask, start, DAY)


def test_eight_processes_leave_no_gap_and_no_double_though_some_give_up_and_some_are_killed(place):
    numbers = 4_000 if place.database.engine.dialect.name == POSTGRESQL else 400
    url = place.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.core.documents.drawing", url, "8", str(numbers), "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "3"), done.stderr[-2000:]
    with place.database.reading(place.system) as session:
        made = session.scalars(select(Document.number).order_by(Document.number)).all()
    assert made == [f"S2026-{number:05}" for number in range(1, numbers + 1)]


def test_a_back_dated_document_draws_from_its_year(place):
    assert [drawn(place), drawn(place, day=date(2025, 12, 31)), drawn(place)] == ["S2026-001", "S2025-001", "S2026-002"]


def test_a_mask_changes_at_once_while_unused_and_otherwise_with_the_next_year(place):
    changed(place, "A{year}/{number:04}")
    assert drawn(place) == "A2026/0001"
    changed(place, "B{year}/{number:04}")
    assert drawn(place) == "A2026/0002"
    assert drawn(place, day=date(2027, 1, 1)) == "B2027/0001"


def test_a_series_goes_on_after_another_program_but_never_leaves_a_gap_later(place):
    changed(place, INVOICES.mask, 158)
    assert drawn(place) == "S2026-158"
    with pytest.raises(InvalidInput) as caught:
        changed(place, INVOICES.mask, 200)
    assert "gap" in str(caught.value)
    assert drawn(place) == "S2026-159"
    loose = Series(name="inquiries", mask="U{number}", gapless=False)
    assert drawn(place, loose) == "U1"
    changed(place, loose.mask, 50, loose)
    assert drawn(place, loose) == "U50"
    with pytest.raises(InvalidInput):
        changed(place, loose.mask, 7, loose)


NONSENSE = ["", "2026", "{number", "{number!r}", "{number.__class__}", "{0}", "{number:99999}", "x" * 61]


@pytest.mark.parametrize("mask", NONSENSE)
def test_masks_that_cannot_be_are_refused(company_on, mask):
    company = company_on()
    with pytest.raises(InvalidInput) as caught:
        changed(company, mask)
    assert list(caught.value.errors) == ["mask"]


def test_the_page_of_series(office):
    chief = office.company.browser(office.company.add_user("administrator"))
    page = chief.get("/documents/series").text
    assert "Letter: please check your data" in page
    assert chief.post("/documents/series/letters", data={"mask": "{nonsense}", "start": ""}).status_code == 422
    assert chief.post("/documents/series/letters", data={"mask": "R{number:03}", "start": "0"}).status_code == 422
    assert chief.post("/documents/series/letters", data={"mask": "R{number:03}", "start": "41"}).status_code == 302
    assert office.make("crm_clients.data_check").number == "R041"
    assert "R042" in chief.get("/documents/series").text
    assert chief.get("/documents/series/nothing").status_code == 404
    assert office.browser.get("/documents/series").status_code == 403
