"""CalDAV over a declared collection: what programs find, ask, write, and how they are told no."""

# ruff: noqa: E501 - XML reads better in one line

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.core.dav.conftest import KEY, Program, Shelf, event

FIND = '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"><D:prop>{}</D:prop></D:propfind>'


def find(program: Program, path: str, names: str, depth: str = "0") -> Any:
    return program("PROPFIND", path, FIND.format(names), Depth=depth)


def hrefs(answer: Any) -> list[str]:
    return re.findall(r"<D:response><D:href>([^<]*)</D:href>", answer.text)


@pytest.mark.catalogue("X-20")
def test_a_program_finds_the_calendars_by_itself(program: Program) -> None:
    moved = program("PROPFIND", "/.well-known/caldav")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/caldav/")
    me = f"/caldav/principals/{program.user_id}/"
    assert f"<D:href>{me}</D:href>" in find(program, "/caldav/", "<D:current-user-principal/>").text
    about = find(program, me, "<C:calendar-home-set/><C:calendar-user-address-set/><D:nothing/>")
    assert about.status_code == 207
    assert f"<D:href>{program.home}</D:href>" in about.text
    assert "mailto:ona@example.lt" in about.text
    assert "HTTP/1.1 404 Not Found" in about.text
    below = find(program, program.home, "<D:resourcetype/><C:supported-calendar-component-set/><D:sync-token/>", "1")
    assert hrefs(below) == [program.home, program.days]
    assert '<C:comp name="VEVENT" />' in below.text
    assert "calendar-access" in program("OPTIONS", program.days).headers["DAV"]


def test_an_event_is_written_read_changed_and_deleted(program: Program, shelf: Shelf) -> None:
    assert program.put("a.ics", event()).status_code == 201
    got = program("GET", f"{program.days}a.ics")
    assert (got.status_code, got.text) == (200, event())
    assert program("GET", f"{program.days}a.ics", If_None_Match=got.headers["ETag"]).status_code == 304
    assert program.put("a.ics", event(summary="Night"), If_Match=got.headers["ETag"]).status_code == 204
    assert program.put("a.ics", event(summary="Lost"), If_Match=got.headers["ETag"]).status_code == 412
    assert program.put("a.ics", event(), If_None_Match="*").status_code == 412
    assert program.put("b.ics", event("b"), If_Match='"x"').status_code == 412
    assert "Night" in shelf.texts["a.ics"]
    assert program("DELETE", f"{program.days}a.ics", If_Match=got.headers["ETag"]).status_code == 412
    assert program("DELETE", f"{program.days}a.ics").status_code == 204
    assert program("DELETE", f"{program.days}a.ics").status_code == 404


def test_queries_by_time_and_by_text(program: Program) -> None:
    program.put("a.ics", event("a", "Lunch"))
    program.put("b.ics", event("b", "Dinner", "20261201T180000Z", RRULE="FREQ=DAILY;COUNT=5"))
    asked = (
        "<C:calendar-query><D:prop><D:getetag/><C:calendar-data>{data}</C:calendar-data></D:prop><C:filter>"
        '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{inner}</C:comp-filter></C:comp-filter>'
        "</C:filter></C:calendar-query>"
    )
    range_ = '<C:time-range start="20261203T000000Z" end="20261204T000000Z"/>'
    assert hrefs(program.report(asked.format(data="", inner=range_))) == [f"{program.days}b.ics"]
    early = '<C:time-range end="20261123T000000Z"/>'
    assert hrefs(program.report(asked.format(data="", inner=early))) == [f"{program.days}a.ics"]
    expanded = program.report(
        asked.format(data='<C:expand start="20261203T000000Z" end="20261205T000000Z"/>', inner=range_)
    )
    assert expanded.text.count("BEGIN:VEVENT") == 2
    assert "RRULE" not in expanded.text
    text = '<C:prop-filter name="SUMMARY"><C:text-match>lun</C:text-match></C:prop-filter>'
    assert hrefs(program.report(asked.format(data="", inner=text))) == [f"{program.days}a.ics"]
    other = '<C:prop-filter name="SUMMARY"><C:text-match negate-condition="yes">lun</C:text-match></C:prop-filter>'
    assert hrefs(program.report(asked.format(data="", inner=other))) == [f"{program.days}b.ics"]
    none = '<C:prop-filter name="LOCATION"><C:is-not-defined/></C:prop-filter>'
    assert len(hrefs(program.report(asked.format(data="", inner=none)))) == 2


def test_several_at_once(program: Program) -> None:
    program.put("a.ics", event())
    asked = f"<C:calendar-multiget><D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>{program.days}a.ics</D:href><D:href>/caldav/x</D:href></C:calendar-multiget>"
    answer = program.report(asked)
    assert "SUMMARY:Day" in answer.text
    assert hrefs(answer) == [f"{program.days}a.ics", "/caldav/x"]
    assert "<D:status>HTTP/1.1 404 Not Found</D:status>" in answer.text


SYNC = "<D:sync-collection><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"


def token_in(answer: Any) -> str:
    return re.search(r"<D:sync-token>([^<]*)</D:sync-token>", answer.text)[1]  # type: ignore[index]


@pytest.mark.catalogue("X-20")
def test_only_what_changed_since_the_last_time(program: Program, clock: Any) -> None:
    for name in ("a", "b", "c"):
        program.put(f"{name}.ics", event(name))
    first = program.report(SYNC.format(""))
    assert len(hrefs(first)) == 3
    token = token_in(first)
    assert hrefs(program.report(SYNC.format(token))) == []
    program.put("a.ics", event("a", "Other"))
    program("DELETE", f"{program.days}b.ics")
    second = program.report(SYNC.format(token))
    assert hrefs(second) == [f"{program.days}a.ics", f"{program.days}b.ics"]
    assert second.text.count("404 Not Found") == 1
    assert hrefs(program.report(SYNC.format(token_in(second)))) == []
    listed = find(program, program.days, "<D:sync-token/>")
    assert token_in(listed) == token_in(second)
    for bad in ("urn:kartoteka:sync:" + "0" * 64, "data:,x", "x" * 5000):
        refused = program.report(SYNC.format(bad))
        assert (refused.status_code, "valid-sync-token" in refused.text) == (403, True)
    clock.move(days=61)
    assert program.report(SYNC.format(token)).status_code == 403, "marks expire"


def test_changes_come_in_parts_when_a_program_wants_few_at_once(program: Program) -> None:
    for name in "abcd":
        program.put(f"{name}.ics", event(name))
    asked = "<D:sync-collection><D:sync-token>{}</D:sync-token>{}<D:prop><D:getetag/></D:prop></D:sync-collection>"
    limit = "<D:limit><D:nresults>3</D:nresults></D:limit>"

    def told(token: str, most: str = limit) -> tuple[set[str], bool, str]:
        text = program.report(asked.format(token, most)).text
        names = set(re.findall(r"/([a-z])\.ics</D:href>", text))
        return names, "507" in text, re.search(r"<D:sync-token>([^<]*)</", text)[1]  # type: ignore[index]

    first, cut, token = told("")
    assert (len(first), cut) == (3, True)
    second, cut, token = told(token)
    assert (first | second, len(second), cut) == ({"a", "b", "c", "d"}, 1, False)
    for name in "abcd":
        program("DELETE", f"{program.days}{name}.ics")
    gone, cut, token = told(token)
    assert (len(gone), cut) == (3, True)
    rest, cut, _token = told(token, "")
    assert (gone | rest, cut) == ({"a", "b", "c", "d"}, False)
    assert program.report(asked.format("", "<D:limit><D:nresults>many</D:nresults></D:limit>")).status_code == 400


def test_alarms_are_found_when_they_ring(program: Program) -> None:
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT"
    program.put("a.ics", event("a", "Lunch", "20261201T120000Z").replace("END:VEVENT", alarm))
    asked = (
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter>"
        '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:comp-filter name="VALARM">'
        '<C:time-range start="20261201T{}00Z" end="20261201T{}00Z"/></C:comp-filter></C:comp-filter></C:comp-filter>'
        "</C:filter></C:calendar-query>"
    )
    assert hrefs(program.report(asked.format("1140", "1150"))) == [f"{program.days}a.ics"]
    assert hrefs(program.report(asked.format("1200", "1215"))) == []


def test_when_somebody_is_busy(program: Program) -> None:
    program.put("a.ics", event("a", DTEND="20261122T110000Z"))
    program.put("b.ics", event("b", start="20261122T103000Z", DTEND="20261122T120000Z"))
    program.put("c.ics", event("c", start="20261122T150000Z", DTEND="20261122T160000Z", TRANSP="TRANSPARENT"))
    asked = '<C:free-busy-query><C:time-range start="20261122T000000Z" end="20261123T000000Z"/></C:free-busy-query>'
    answer = program.report(asked)
    assert answer.mimetype == "text/calendar"
    assert re.findall(r"(?m)^FREEBUSY[^:]*:(\S+)", answer.text) == ["20261122T100000Z/20261122T120000Z"]


def test_rights_and_other_people(program: Program, reader: Program, office: Any) -> None:
    assert program.put("a.ics", event()).status_code == 201
    assert reader.put("b.ics", event("b")).status_code == 403
    assert reader("DELETE", f"{reader.days}a.ics").status_code == 403
    assert reader("GET", f"{reader.days}a.ics").status_code == 200
    assert "<D:write" not in find(reader, reader.days, "<D:current-user-privilege-set/>").text
    for method in ("GET", "PROPFIND", "PUT", "DELETE", "REPORT"):
        assert reader(method, f"{program.days}a.ics").status_code in (400, 404), method
    office.switch("diary", on=False)
    assert program("GET", f"{program.days}a.ics").status_code == 404
    assert hrefs(find(program, program.home, "<D:resourcetype/>", "1")) == [program.home]
    for header in ("", "Basic", "Basic !!", "Bearer x", "Basic eDp5"):
        answer = office.app.test_client().open("/caldav/", method="PROPFIND", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("method", ["MKCALENDAR", "MKCOL"])
def test_programs_make_no_calendars(program: Program, method: str) -> None:
    assert program(method, f"{program.home}new/").status_code == 403
    assert program("DELETE", program.days).status_code == 403


def test_names_and_colours_stay(program: Program) -> None:
    body = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>'
    answer = program("PROPPATCH", program.days, body)
    assert answer.status_code == 207
    assert "403 Forbidden" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"<",
        b"\xff\xfe\x00",
        b"<a>" * 50,
        b"x" * 300_000,
        b"<D:propfind/>",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
)
def test_hostile_bodies_are_refused_cleanly(program: Program, body: bytes) -> None:
    for method in ("PROPFIND", "REPORT", "PROPPATCH"):
        assert program(method, program.days, body).status_code in (400, 403, 413), method


BAD = [
    (b"", "valid-calendar-data"),
    (b"\xff\xfe", "valid-calendar-data"),
    (b"BEGIN:VCALENDAR", "valid-calendar-data"),
    (b"BEGIN:VCARD\r\nEND:VCARD", "valid-calendar-data"),
    (event().replace("VEVENT", "VTODO").encode(), "supported-calendar-component"),
    (event().replace("UID:a\r\n", "").encode(), "valid-calendar-object-resource"),
    (event().replace("VERSION", "METHOD:REQUEST\r\nVERSION").encode(), "valid-calendar-object-resource"),
    (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR", "valid-calendar-object-resource"),
    (event("x" * 510_000).encode() + b" " * 3_000, "max-resource-size"),
    (event(summary="forbidden").encode(), "This may not be written."),
]


@pytest.mark.parametrize(("body", "said"), BAD)
def test_what_cannot_be_stored_says_why(program: Program, body: bytes, said: str) -> None:
    answer = program.put("a.ics", body)  # type: ignore[arg-type]
    assert answer.status_code in (403, 413)
    assert answer.status_code == 413 or said in answer.text


def test_absurd_addresses(program: Program) -> None:
    for path in (
        "/caldav/x",
        "/caldav/calendars/0/",
        "/caldav/calendars/99999999999999999999/",
        "/caldav/calendars/x/y/z/q",
        f"{program.days}{'x' * 300}",
        f"{program.home}nothing/",
        f"{program.days}%00",
        "/caldav/principals/1/2",
    ):
        for method in ("GET", "PROPFIND", "PUT", "DELETE"):
            assert program(method, path).status_code in (403, 404), (method, path)
    assert program("LOCK", program.days).status_code == 405
    assert find(program, program.days, "<D:getetag/>", "infinity").status_code == 403
    assert find(program, program.days, "<D:getetag/>", "7").status_code == 400


def test_filters_that_make_no_sense(program: Program) -> None:
    asked = "<C:calendar-query><D:prop/><C:filter>{}</C:filter></C:calendar-query>"
    for inner in (
        "",
        '<C:comp-filter name="VEVENT"/>',
        '<C:comp-filter name="VCALENDAR"><C:time-range/></C:comp-filter>',
        '<C:comp-filter name="VCALENDAR"><C:comp-filter/></C:comp-filter>',
        '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="yesterday"/></C:comp-filter></C:comp-filter>',
        '<C:comp-filter name="VCALENDAR"><C:prop-filter name="X"><C:text-match collation="i;no">x</C:text-match></C:prop-filter></C:comp-filter>',
    ):
        assert program.report(asked.format(inner)).status_code == 403, inner
    assert program.report("<C:calendar-query/>").status_code == 403
    assert program.report("<D:nothing/>").status_code == 403


def test_a_program_that_asks_without_end_waits(program: Program, office: Any) -> None:
    for _time in range(601):
        answer = program("OPTIONS", f"/caldav/{KEY}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
