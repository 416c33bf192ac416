"""A disk that is full behind the upload: the job says so in words, nothing is half done, and it goes on with room."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from kartoteka.builtin.importing import running, service
from kartoteka.builtin.importing.seen import SeenInFile
from kartoteka.db.journal.operations import raw_connection
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import DiskFull
from tests.core.importing.conftest import Importer, count, numbers

LINES = 2000
FILE = ("ID;Pavadinimas\n" + "".join(f"{number};UAB Langas {number}\n" for number in range(LINES))).encode()
TOLD = "There is no room left on the server&#39;s disk."
RAISED = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"


class SmallSeen(SeenInFile):
    """A file of notes that can't grow."""

    def __init__(self, path: Any) -> None:
        super().__init__(path)
        self._file.execute("PRAGMA max_page_count=3")


def take_without_room(session: Any, *rest: Any) -> Any:
    """Take lines while the database can't grow; PostgreSQL is made to say what it says then."""
    connection = raw_connection(session)
    if not session.database.is_sqlite:
        connection.exec_driver_sql(RAISED)
    connection.exec_driver_sql("PRAGMA max_page_count=1")  # as many as there are now
    try:
        return TAKE(session, *rest)
    finally:
        connection.exec_driver_sql("PRAGMA max_page_count=4294967294")


def fail_to_write(*_parts: Any, **_named: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


TAKE = running._take
CAUSES = {
    "seen": ("SeenInFile", SmallSeen),
    "database": ("_take", take_without_room),
    "os": ("read_table", fail_to_write),
}


def page_of(importer: Importer, number: int) -> str:
    text = importer.browser.get(f"/importing/{number}").text
    assert "Something went wrong" not in text
    return text


@pytest.mark.catalogue("X-02", part="full disk")
@pytest.mark.parametrize("cause", CAUSES)
def test_an_import_waits_for_room(importer, clock, monkeypatch, cause):
    number = importer.begin(FILE, "langai.csv")
    importer.go_on(number)
    assert numbers(importer.check(number)) == (LINES, 0, 0, 0, 0, 0)
    with monkeypatch.context() as full:
        full.setattr(running, *CAUSES[cause])
        importer.start(number)
        done = count(importer.company)
        assert done % running.STEP == 0
        assert done < LINES
        assert TOLD in page_of(importer, number)
    clock.move(seconds=6)
    run_jobs(importer.company)
    assert numbers(importer.row(number).result) == (LINES, 0, 0, 0, 0, 0)
    assert count(importer.company) == LINES
    assert TOLD not in page_of(importer, number)


def test_a_dry_run_on_a_full_disk_fails_with_the_reason(importer, clock, monkeypatch):
    number = importer.begin(FILE, "langai.csv")
    importer.go_on(number)
    with monkeypatch.context() as full:
        full.setattr(running, *CAUSES["seen"])
        assert importer.check(number) == {}
        for _try in range(4):
            clock.move(hours=1)
            run_jobs(importer.company)
    page = page_of(importer, number)
    assert ">Failed</span>" in page
    assert TOLD in page
    importer.browser.post(f"/jobs/{importer.row(number).job_id}/retry")
    run_jobs(importer.company)
    assert numbers(importer.row(number).checked) == (LINES, 0, 0, 0, 0, 0)


def test_whoever_saves_on_a_full_disk_is_told(importer, monkeypatch):
    number = importer.begin(FILE, "langai.csv")
    monkeypatch.setattr(service, "titles_of", fail_to_write)
    answer = importer.browser.post(f"/importing/{number}/file", data={"do": "next"})
    assert answer.status_code == 507
    assert TOLD in answer.text
    assert "Ask an administrator to make room" in answer.text


def fill(office: Any) -> None:
    with office.database.transaction(office.system) as session:
        connection = raw_connection(session)
        if not office.database.is_sqlite:
            connection.exec_driver_sql(RAISED)
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        try:
            connection.exec_driver_sql("CREATE TABLE too_much AS SELECT zeroblob(10000000) AS much")
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count=4294967294")


def test_a_full_database_is_told_apart(office):
    with pytest.raises(DiskFull):
        fill(office)
