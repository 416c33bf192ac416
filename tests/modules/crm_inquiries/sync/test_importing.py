"""Calendar files of other programs: taken in, or the reason is said in words."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from kartoteka.api.errors import InvalidInput
from kartoteka.db.session import use_workplace
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.sync.importing import import_file

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:one
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261130
SUMMARY:Šventė
END:VEVENT
BEGIN:VTODO
UID:two
DTSTAMP:20260101T000000Z
DUE:20261201T100000Z
SUMMARY:Task
END:VTODO
BEGIN:VEVENT
UID:three
DTSTAMP:20260101T000000Z
DTSTART:20261201T100000Z
DTEND:20261201T090000Z
SUMMARY:Backwards
END:VEVENT
END:VCALENDAR
"""


def count(house: Any) -> int:
    with house.reading() as session:
        return session.scalar(select(func.count(Activity.id))) or 0


@pytest.mark.catalogue("X-20")
def test_a_file_is_taken_in_and_what_was_left_out_is_said(house: Any) -> None:
    data = {"file": (io.BytesIO(FILE.encode()), "calendar.ics")}
    page = house.browser.post("/crm_inquiries/calendar/import", data=data).text
    assert page.count(">taken in<") == 2
    assert "This is before it starts." in page
    assert count(house) == 2
    data = {"file": (io.BytesIO(FILE.encode("utf-16")), "calendar.ics")}
    again = house.browser.post("/crm_inquiries/calendar/import", data=data).text
    assert again.count("It is here already.") == 2
    assert count(house) == 2


def test_files_that_are_none_say_so(house: Any) -> None:
    for content in (
        b"",
        b"\x00\x01\x02",
        b"BEGIN:VCARD\nEND:VCARD",
        b"x" * 5_100_000,
        b"BEGIN:VCALENDAR\nEND:VCALENDAR",
    ):
        data = {"file": (io.BytesIO(content), "calendar.ics")}
        answer = house.browser.post("/crm_inquiries/calendar/import", data=data)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert count(house) == 0


@pytest.mark.catalogue("X-20")
def test_a_file_is_taken_in_by_command(house: Any, tmp_path: Path) -> None:
    path = tmp_path / "calendar.ics"
    path.write_text(FILE, "utf-8")
    command = next(one for _module, one in house.company.installation.registry.commands if one.name == "take-calendar")
    with use_workplace(house.company.database, house.company.system):
        done = CliRunner().invoke(command, [str(path), "--user", "ona"])
        wrong = CliRunner().invoke(command, [str(path), "--user", "nobody"])
    assert (done.exit_code, "2 taken in" in done.output, "Backwards" in done.output) == (0, True, True), done.output
    assert wrong.exit_code != 0
    assert count(house) == 2


def outcomes(house: Any, files: list[tuple[str, bytes]]) -> Counter[str]:
    """Take in files, each in a transaction that is put back, and count what came of it; a bug would raise."""
    found: Counter[str] = Counter()
    for _name, content in files:
        with house.writing() as session:
            try:
                taken = import_file(session, content)
            except InvalidInput as problem:
                found["no calendar" if problem.errors else "no reason"] += 1
            else:
                assert all(one.problem is None or str(one.problem) for one in taken)
                found["taken in"] += any(one.problem is None for one in taken)
                found["left out"] += all(one.problem is not None for one in taken)
            session.rollback()
    return found


@pytest.mark.catalogue("X-20")
def test_odd_files_of_real_programs(house: Any, shared: Callable[[str], Path]) -> None:
    paths = sorted(shared("data/05_ical_vcard").rglob("*.ics"))
    found = outcomes(house, [(path.name, path.read_bytes()) for path in paths])
    assert sum(found.values()) == len(paths)
    assert found["taken in"] >= 90, found  # many of the others are fragments of tests without a single event


def test_damaged_files_never_break_anything(house: Any) -> None:
    chance = random.Random(7)
    files = []
    for number in range(60):
        lines = FILE.splitlines()
        for _time in range(chance.randint(1, 6)):
            place = chance.randrange(len(lines))
            line = lines[place]
            damaged = [line[: len(line) // 2], line[::-1], "", line + "\x00", f"{line}\n{line}", "RRULE:FREQ=DAILY"]
            lines[place] = chance.choice(damaged)
        files.append((str(number), "\n".join(lines).encode()))
    assert sum(outcomes(house, files).values()) == 60
