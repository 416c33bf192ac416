"""Invitations by mail: asking people, taking their answers, answering those who ask us, and believing nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.errors import Refused
from kartoteka.api.mail import MailAccount
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka_crm_inquiries.activities.service import cancel_activity, change_activity, plan_activity
from kartoteka_crm_inquiries.series.service import repeat_activity
from kartoteka_crm_inquiries.sync.inviting import uninvite
from kartoteka_crm_inquiries.sync.models import Attendee
from tests.modules.crm_inquiries.sync.post import OFFICE, RIGHTS, Post, answer


def request(method: str = "REQUEST", *, sequence: int = 0, hour: int = 9, later: int = 0, uid: str = "out@side") -> str:
    stamp = datetime.now(UTC) + timedelta(seconds=later)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nDTSTART:20261126T{hour:02}0000Z\r\n"
        f"DTEND:20261126T{hour + 1:02}0000Z\r\nSEQUENCE:{sequence}\r\nSUMMARY:Demo\r\nLOCATION:Kaunas\r\n"
        "ORGANIZER;CN=Boss:mailto:boss@client.test\r\nATTENDEE;RSVP=TRUE:mailto:ona@company.test\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_people_are_invited_told_of_changes_and_told_off(post: Post) -> None:
    activity_id = post.meeting()
    assert post.invite(activity_id, "jonas@client.test", "ieva@client.test", OFFICE) == 2, "not oneself"
    sent = post.sent()
    assert [method for method, _event in sent] == ["REQUEST", "REQUEST"]
    event = sent[0][1]
    assert str(event["ORGANIZER"]) == f"mailto:{OFFICE}"
    assert str(event["ATTENDEE"]) == "mailto:jonas@client.test", "nobody sees the address of another guest"
    assert event["DTSTART"].dt.tzinfo.key == "Europe/Vilnius"
    post.do(lambda session: change_activity(session, activity_id, {"starts_at": datetime(2026, 11, 25, 9, tzinfo=UTC)}))
    changed = post.sent()
    assert [(method, event["SEQUENCE"]) for method, event in changed] == [("REQUEST", 1), ("REQUEST", 1)]
    post.do(lambda session: change_activity(session, activity_id, {"description": "No mail for that"}))
    assert post.sent() == []
    post.do(lambda session: cancel_activity(session, activity_id))
    assert [(method, str(event["STATUS"])) for method, event in post.sent()] == [("CANCEL", "CANCELLED")] * 2


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_answers_are_taken_back(post: Post) -> None:
    activity_id = post.meeting()
    post.invite(activity_id, "jonas@client.test")
    ((_method, event),) = post.sent()
    post.receive("jonas@client.test", answer(event, "jonas@client.test", "ACCEPTED"))
    (guest,) = post.rows(Attendee)
    assert (guest.answer, guest.answered_at is not None) == ("accepted", True)
    post.receive("jonas@client.test", answer(event, "jonas@client.test", "DECLINED", later=-600))
    assert post.rows(Attendee)[0].answer == "accepted", "an older answer changes nothing"
    post.receive("jonas@client.test", answer(event, "jonas@client.test", "DECLINED", later=120))
    assert post.rows(Attendee)[0].answer == "declined"
    assert post.sent() == [], "nothing is answered by itself"


@pytest.mark.catalogue("IN-40")
def test_forged_answers_are_not_believed(post: Post) -> None:
    activity_id = post.meeting()
    post.invite(activity_id, "jonas@client.test")
    ((_method, event),) = post.sent()
    post.receive("thief@else.test", answer(event, "jonas@client.test", "ACCEPTED"))
    post.receive("thief@else.test", answer(event, "thief@else.test", "ACCEPTED"))
    post.receive("jonas@client.test", answer({"UID": "guess", "SEQUENCE": 0}, "jonas@client.test", "ACCEPTED"))
    post.receive("jonas@client.test", answer(event, "jonas@client.test", "NONSENSE"))
    post.receive("jonas@client.test", "METHOD:REPLY nonsense")
    (guest,) = post.rows(Attendee)
    assert guest.answer == "needs-action"
    assert len(post.rows()) == 1


@pytest.mark.catalogue("IN-40")
@pytest.mark.catalogue("X-20")
def test_an_invitation_from_outside_becomes_an_activity_and_is_answered(post: Post) -> None:
    post.receive("boss@client.test", request())
    (activity,) = post.rows()
    assert (activity.name, activity.place, activity.performer_id) == ("Demo", "Kaunas", post.user_id)
    assert activity.starts_at == datetime(2026, 11, 26, 9, tzinfo=UTC)
    post.receive("boss@client.test", request(sequence=1, hour=12, later=60))
    (activity,) = post.rows()
    assert activity.starts_at.hour == 12
    browser = post.company.browser(post.user_id)
    page = browser.get(f"/crm_inquiries/activities/{activity.id}/people").text
    assert "Boss" in page
    done = browser.post(f"/crm_inquiries/activities/{activity.id}/answer", data={"answer": "accepted"})
    assert done.status_code == 302
    ((method, event),) = post.sent()
    assert (method, str(event["UID"])) == ("REPLY", "out@side")
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(event["ATTENDEE"]) == "mailto:ona@company.test"
    post.receive("boss@client.test", request("CANCEL", sequence=2, later=120))
    assert [one.status for one in post.rows()] == ["cancelled"]


@pytest.mark.catalogue("IN-40")
def test_only_the_organizer_changes_a_meeting_and_nothing_goes_in_circles(post: Post) -> None:
    post.receive("thief@else.test", request())
    assert post.rows() == []
    post.receive("boss@client.test", request())
    post.receive("thief@else.test", request("CANCEL", sequence=9, later=60))
    post.receive("boss@client.test", request(sequence=0, hour=15, later=-600))
    (activity,) = post.rows()
    assert (activity.status, activity.starts_at.hour) == ("planned", 9)
    post.receive("boss@client.test", request(uid="auto"), Auto_Submitted="auto-replied")
    assert len(post.rows()) == 1
    mine = post.meeting()
    post.invite(mine, "jonas@client.test")
    ((_method, event),) = post.sent()
    echo = request(uid=str(event["UID"]))
    post.receive("boss@client.test", echo)
    assert len(post.rows()) == 2, "our own invitation makes no activity"


@pytest.mark.catalogue("IN-40")
def test_people_are_invited_by_page(post: Post) -> None:
    activity_id = post.meeting()
    browser = post.company.browser(post.user_id)
    path = f"/crm_inquiries/activities/{activity_id}/people"
    assert browser.post(path, data={"addresses": "jonas@client.test, nonsense"}).status_code == 422
    assert post.rows(Attendee) == []
    assert browser.post(path, data={"addresses": "jonas@client.test"}).status_code == 302
    assert "not answered yet" in browser.get(path).text
    (guest,) = post.rows(Attendee)
    assert browser.post(f"/crm_inquiries/attendees/{guest.id}/remove").status_code == 302
    assert [method for method, _event in post.sent()] == ["REQUEST", "CANCEL"]
    assert post.rows(Attendee) == []
    for gone in ("/crm_inquiries/activities/0/people", "/crm_inquiries/activities/9999/people"):
        assert browser.get(gone).status_code == 404


def test_without_an_address_nobody_can_be_invited(post: Post) -> None:
    with post.company.database.transaction(post.company.system) as session:
        for account in session.scalars(select(MailAccount)):
            session.delete(account)
    other = post.company.add_user(permissions=RIGHTS, login="petras")
    browser = post.company.browser(other)
    with post.company.database.transaction(post.company.actor(other), "Test") as session:
        values = {"name": "x", "starts_at": datetime(2026, 11, 25, 8, tzinfo=UTC), "estimate": 60}
        activity_id = plan_activity(session, values).id
    answer = browser.post(f"/crm_inquiries/activities/{activity_id}/people", data={"addresses": "a@b.lt"})
    assert answer.status_code == 422
    assert "e-mail account" in answer.text


@pytest.mark.catalogue("IN-40")
def test_guests_are_told_of_an_undo_too(post: Post) -> None:
    def work(change: Callable[[Any], Any]) -> int:
        return int(post.do(lambda session: (change(session), operation_of(session))[1]))

    def told() -> list[tuple[str, int, int]]:
        return [(method, event["SEQUENCE"], event["DTSTART"].dt.hour) for method, event in post.sent()]

    activity_id = post.meeting()
    post.invite(activity_id, "jonas@client.test")
    assert told() == [("REQUEST", 0, 10)]
    moved = work(
        lambda session: change_activity(session, activity_id, {"starts_at": datetime(2026, 11, 25, 12, tzinfo=UTC)})
    )
    assert told() == [("REQUEST", 1, 14)]
    work(lambda session: undo(session, moved))
    assert told() == [("REQUEST", 2, 10)]
    post.do(lambda session: change_activity(session, activity_id, {"starts_at": datetime(2026, 11, 25, 9, tzinfo=UTC)}))
    assert told() == [("REQUEST", 3, 11)]
    called_off = work(lambda session: cancel_activity(session, activity_id))
    ((method, sequence, _hour),) = told()
    assert method == "CANCEL"
    work(lambda session: undo(session, called_off))
    assert told() == [("REQUEST", sequence + 1, 11)]


@pytest.mark.catalogue("IN-40", part="what guests wait for is not undone away")
def test_a_meeting_with_guests_is_not_undone_before_they_are_told_off(post: Post) -> None:
    def work(session: Any) -> tuple[int, int]:
        given = {"name": "Derybos", "starts_at": datetime(2026, 11, 25, 8, tzinfo=UTC), "estimate": 60}
        return plan_activity(session, given).id, operation_of(session)

    activity_id, planned = post.do(work)
    post.invite(activity_id, "jonas@client.test")
    assert [method for method, _event in post.sent()] == ["REQUEST"]
    with pytest.raises(Refused, match="stand in the way"):
        post.do(lambda session: undo(session, planned))
    assert (len(post.rows()), len(post.rows(Attendee)), post.sent()) == (1, 1, [])
    (guest,) = post.rows(Attendee)
    post.do(lambda session: uninvite(session, activity_id, guest.id))
    assert [method for method, _event in post.sent()] == ["CANCEL"]
    post.do(lambda session: undo(session, planned))
    assert post.rows() == []


@pytest.mark.catalogue("IN-40", part="what guests wait for is not undone away")
def test_a_series_with_guests_is_not_undone_either(post: Post) -> None:
    def work(session: Any) -> int:
        repeat_activity(session, activity_id, "FREQ=WEEKLY;COUNT=3", "Europe/Vilnius")
        return int(operation_of(session))

    activity_id = post.meeting()
    post.invite(activity_id, "jonas@client.test")
    repeated = post.do(work)
    post.sent()
    with pytest.raises(Refused, match="stand in the way"):
        post.do(lambda session: undo(session, repeated))
    assert (len(post.rows()), len(post.rows(Attendee)), post.sent()) == (3, 1, [])
