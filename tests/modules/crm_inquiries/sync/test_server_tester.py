"""The server tester of the caldav library, run against our server: what it finds is known, and meant so."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

COMMAND = "tests.modules.crm_inquiries.sync.server_tester"
MEANT = {
    "create-calendar": "the calendars are those that modules declare",
    "calendar-color": "the company's colours stay",
    "calendar-color.name": "the company's colours stay",
    "calendar-order": "the order is that of the modules",
    "save-load.todo.mixed-calendar": "events and tasks lie in two calendars",
    "save-load.journal": "there are no journals",
    "save-load.event.recurrences.exception.cancelled": "what is called off is left out of the series",
    "scheduling": "invitations go by mail",
    "search.is-not-defined": "an event always has its end",
    "search.is-not-defined.dtend": "an event always has its end",
    "search.text.comp-type-optional": "properties of VCALENDAR itself are not those of what lies in it",
    "search.time-range.todo.no-dtstart.no-due": "a task always has its moment",
    "principal-search": "nobody looks for other people",
}
"""What the tester counts as a lack, and why it stays."""


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
def test_the_tester_finds_what_is_meant_and_nothing_else(served: Any) -> None:
    options = [
        "--caldav-url",
        f"{served.url}/caldav/",
        "--caldav-username",
        "ona",
        "--caldav-password",
        served.password,
    ]
    options += ["--format", "json", "--verbose", "--caldav-calendar", "My activities"]
    done = subprocess.run(
        [sys.executable, "-m", COMMAND, *options], capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)["features"]
    lacks = {name: one for name, one in found.items() if one.get("support") not in ("full", "unknown", "quirk")}
    assert lacks.keys() == MEANT.keys(), {name: lacks.get(name) for name in lacks.keys() ^ MEANT.keys()}
    assert done.stderr.count("raised an unexpected exception") == 0
