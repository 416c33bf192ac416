"""Dry runs and imports that were stopped, or failed: what their pages say, which buttons they have, what those do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from kartoteka.builtin.importing import running
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.jobs.service import cancel_job
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import Refused
from tests.core.importing.conftest import Importer, count, numbers

LINES = 300
STEP = running.PIECE
WHY = "The shelf fell down."
FILE = ("ID;Pavadinimas\n" + "".join(f"{number};UAB Langas {number}\n" for number in range(LINES))).encode()


@pytest.fixture(params=["stopped", "failed"])
def end(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let jobs end after their first step, until ``end.undo()``; ``end.how`` says how, and is the word of the pages."""
    take, note = running._take, running._note_so_far

    def fail(session: Any, imported: Any, target: Any, lines: Any, run: Any, totals: Any) -> Any:
        if totals["read"]:
            raise Refused(WHY)
        return take(session, imported, target, lines, run, totals)

    def stop(session: Any, imported: Any, *rest: Any) -> None:
        note(session, imported, *rest)
        cancel_job(session, imported.job_id)

    monkeypatch.setattr(running, "STEP", STEP)
    with monkeypatch.context() as patches:
        if request.param == "failed":
            patches.setattr(running, "_take", fail)
        else:
            patches.setattr(running, "_note_so_far", stop)
        patches.how = request.param
        yield patches


def checked(importer: Importer) -> int:
    """Return an import whose dry run has ended early."""
    number = importer.begin(FILE, "langai.csv")
    importer.go_on(number)
    assert importer.check(number) == {}
    return number


def imported(importer: Importer, end: Any) -> int:
    """Return an import that has ended early, after its first step."""
    ends = [(name, getattr(running, name)) for name in ("_take", "_note_so_far")]
    end.undo()
    end.setattr(running, "STEP", STEP)
    number = importer.begin(FILE, "langai.csv")
    importer.go_on(number)
    assert numbers(importer.check(number)) == (LINES, 0, 0, 0, 0, 0)
    with pytest.MonkeyPatch.context() as patches:
        for name, value in ends:
            patches.setattr(running, name, value)
        importer.start(number)
    assert count(importer.company) == STEP
    return number


def page_of(importer: Importer, number: int, end: Any) -> str:
    """Return the page of an import that has ended early; it and the list say so, and nothing waits any more."""
    word = end.how.capitalize()
    listed = importer.browser.get("/importing/").text
    page = importer.browser.get(f"/importing/{number}").text
    for text in (listed, page):
        assert f">{word}</span>" in text
        assert "is being" not in text
    assert f"{STEP} / " in page
    assert "every 1s" not in page
    assert (WHY in page) is (end.how == "failed")
    assert ("Try again" if end.how == "failed" else "Continue") in page
    assert "/importing/new?target=clients.clients" in page
    assert f"/importing/{number}/drop" in page
    return page


def folders(importer: Importer) -> list[Any]:
    return list((importer.company.database.files / "imports").glob("*"))


def retry(importer: Importer, number: int) -> None:
    answer = importer.browser.post(f"/jobs/{importer.row(number).job_id}/retry")
    assert answer.status_code == 302
    run_jobs(importer.company)


@pytest.mark.catalogue("X-02", part="dry run stopped")
def test_a_dry_run_that_has_ended_can_be_mapped_anew(importer, end):
    number = checked(importer)
    page = page_of(importer, number, end)
    assert f"/importing/{number}/columns" in page
    assert "Undo the whole import" not in page
    assert "What had been done before stays" not in page
    first = importer.row(number).job_id
    end.undo()
    importer.go_on(number)
    assert numbers(importer.check(number, {"Pavadinimas": "name"}, key="name")) == (LINES, 0, 0, 0, 0, 0)
    assert importer.browser.post(f"/jobs/{first}/retry").status_code == 302
    run_jobs(importer.company)
    assert "done already, or changed meanwhile" in importer.browser.get(f"/jobs/{first}").text
    assert numbers(importer.start(number)) == (LINES, 0, 0, 0, 0, 0)


def test_a_dry_run_that_has_ended_goes_on(importer, end):
    number = checked(importer)
    end.undo()
    retry(importer, number)
    assert numbers(importer.row(number).checked) == (LINES, 0, 0, 0, 0, 0)
    assert f"/importing/{number}/start" in importer.browser.get(f"/importing/{number}").text


def test_a_dry_run_that_has_ended_is_dropped(importer, end):
    number = checked(importer)
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 302
    listed = importer.browser.get("/importing/").text
    assert "The import was discarded; nothing has changed." in listed
    assert "Nothing imported yet" in listed
    assert not folders(importer)


@pytest.mark.catalogue("X-02", part="import stopped")
def test_a_part_of_an_import_is_undone_and_dropped(importer, end):
    number = imported(importer, end)
    page = page_of(importer, number, end)
    assert "What had been done before stays." in page
    assert numbers(importer.row(number).result) == (STEP, 0, 0, 0, 0, 0)
    operation = importer.row(number).operation_id
    assert f'/operations/{operation}">' in page
    assert "Undo the whole import" in page
    assert importer.map(number).status_code == 422
    assert importer.browser.post(f"/operations/{operation}/undo").status_code == 302
    run_jobs(importer.company)
    assert count(importer.company) == 0
    page = importer.browser.get(f"/importing/{number}").text
    assert "What had been done before stays." not in page
    assert f"/jobs/{importer.row(number).job_id}/retry" not in page
    retry(importer, number)
    assert "This was undone already." in importer.browser.get(f"/importing/{number}").text
    assert count(importer.company) == 0
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 302
    assert "Nothing imported yet" in importer.browser.get("/importing/").text
    assert not folders(importer)


def test_an_import_that_has_ended_goes_on(importer, end):
    number = imported(importer, end)
    operation = importer.row(number).operation_id
    end.undo()
    retry(importer, number)
    assert numbers(importer.row(number).result) == (LINES, 0, 0, 0, 0, 0)
    assert (importer.row(number).stage, importer.row(number).operation_id) == ("done", operation)
    assert count(importer.company) == LINES
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 422


def test_of_a_part_done_import_only_the_file_is_dropped(importer, end):
    number = imported(importer, end)
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 302
    page = importer.browser.get(f"/importing/{number}").text
    assert "What had been done before stays." in page
    assert "Undo the whole import" in page
    for gone in ("/drop", "/retry"):
        assert gone not in page
    assert not folders(importer)
    assert count(importer.company) == STEP


def test_what_was_written_is_found_by_the_job_too(importer, end):
    number = imported(importer, end)
    operation = importer.row(number).operation_id
    with importer.company.database.transaction(importer.company.system) as session:
        session.execute(update(Import).where(Import.id == number).values(operation_id=None, result={}))
    page = importer.browser.get(f"/importing/{number}").text
    assert f'/operations/{operation}">' in page
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 302
    assert f"/importing/{number}" in importer.browser.get("/importing/").text


def test_what_is_at_work_is_neither_dropped_nor_changed(importer):
    number = importer.begin(FILE, "langai.csv")
    importer.go_on(number)
    assert importer.map(number).status_code == 302
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 422
    assert importer.map(number).status_code == 422
    assert "is being checked" in importer.browser.get("/importing/").text
    run_jobs(importer.company)
    assert importer.browser.post(f"/importing/{number}/start").status_code == 302
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 422
    assert "is being imported" in importer.browser.get("/importing/").text
