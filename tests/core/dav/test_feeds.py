"""Addresses to subscribe to: secret, ended at will, with or without what it is about."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kartoteka.testing.company import PASSWORD
from tests.core.dav.conftest import Program, event

ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT"


def make(office: Any, user_id: int, **values: str) -> str:
    given = {"name": "Google", "titles": "y", "alarms": "y", "password": PASSWORD, **values}
    page = office.browser(user_id).post(
        "/me/calendars", data={name: one for name, one in given.items() if one} | {"collection": ""}
    )
    assert page.status_code == 200, page.text
    return str(re.search(r"(/caldav/feeds/\S+?\.ics)", page.text)[1])  # type: ignore[index]


@pytest.mark.catalogue("X-20")
@pytest.mark.catalogue("IN-40")
def test_an_address_gives_the_calendar_until_it_is_ended(program: Program, office: Any) -> None:
    program.put("a.ics", event("a", "Lunch", LOCATION="Kaunas").replace("END:VEVENT", ALARM))
    path = make(office, program.user_id)
    nobody = office.app.test_client()
    got = nobody.get(path)
    assert (got.status_code, got.mimetype) == (200, "text/calendar")
    assert "SUMMARY:Lunch" in got.text
    assert "TRIGGER:-PT15M" in got.text
    hidden = nobody.get(make(office, program.user_id, titles="", alarms="")).text
    assert "SUMMARY:Busy" in hidden
    assert not {"Lunch", "Kaunas", "VALARM"} & set(re.findall(r"Lunch|Kaunas|VALARM", hidden))
    assert nobody.get("/caldav/feeds/guess.ics").status_code == 404
    assert nobody.put(path).status_code == 405
    browser = office.browser(program.user_id)
    ends = re.findall(r"/me/calendars/(\d+)/end", browser.get("/me/calendars").text)
    other = office.browser(office.add_user(permissions=["diary.view"]))
    assert other.post(f"/me/calendars/{ends[-1]}/end").status_code == 404
    assert browser.post(f"/me/calendars/{ends[-1]}/end").status_code == 302
    assert nobody.get(path).status_code == 404


def test_the_address_lives_as_long_as_the_right(program: Program, office: Any) -> None:
    program.put("a.ics", event("a", "Lunch"))
    path = make(office, program.user_id)
    office.switch("diary", on=False)
    assert "Lunch" not in office.app.test_client().get(path).text


def test_a_wrong_password_makes_no_address(program: Program, office: Any) -> None:
    page = office.browser(program.user_id).post("/me/calendars", data={"name": "x", "password": "wrong"})
    assert page.status_code == 422
    assert "/caldav/feeds/" not in page.text
    assert KEY_SHOWN in office.browser(program.user_id).get("/me/calendars").text


KEY_SHOWN = "diary.days"
