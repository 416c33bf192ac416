"""Invitations by mail (iTIP over mail, RFC 5546 and 6047): asking people, and answering those who ask us (IN-40).

Nothing is ever answered by itself, so that two programs cannot answer each other without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kartoteka.api.db import Session, actor_of, as_system, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, OPEN
from kartoteka_crm_inquiries.activities.service import activity_to_write, cancel_activity
from kartoteka_crm_inquiries.clocks import zone_of_user
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.sync import itip
from kartoteka_crm_inquiries.sync.components import Guest
from kartoteka_crm_inquiries.sync.guests import attendees_of, attendees_of_series, guest_of
from kartoteka_crm_inquiries.sync.mailing import check_address, mail_calendar, organizer_of, own_address
from kartoteka_crm_inquiries.sync.models import (
    ACCEPTED,
    DECLINED,
    GUEST,
    ORGANIZER,
    PERSON_LENGTH,
    TENTATIVE,
    Attendee,
)

_ = Texts("crm_inquiries")

MOST_GUESTS = 50


def invite(session: Session, activity_id: int, people: Iterable[tuple[str, str, int | None]]) -> int:
    """Invite people, given as address, name and user, to an activity by mail; return how many were new.

    Raises InvalidInput for an address that is none, and Refused for an activity that is over or somebody else's.
    """
    activity = activity_to_write(session, activity_id)
    rows = [*attendees_of(session, activity.id), *attendees_of_series(session, activity.series_id)]
    if any(row.role == ORGANIZER for row in rows):
        raise Refused(_("Only whoever made this meeting can invite to it."))
    if activity.status not in OPEN:
        raise Refused(_("This is finished already."))
    added = new_people(session, rows, people)
    session.add_all(
        Attendee(activity_id=activity.id, client_id=activity.client_id, address=address, name=name, user_id=user_id)
        for address, (name, user_id) in added.items()
    )
    session.flush()
    tell_guests(session, activity)
    return len(added)


def new_people(
    session: Session, rows: Sequence[Attendee], people: Iterable[tuple[str, str, int | None]]
) -> dict[str, tuple[str, int | None]]:
    """Return who is not invited yet, by address; raises InvalidInput for an address that is none, and Refused."""
    known = {row.address for row in rows} | {own_address(session)}
    new = {address.strip().lower(): (name[:PERSON_LENGTH], user_id) for address, name, user_id in people}
    for address in new:
        check_address(address)
    added = {address: new[address] for address in new if address not in known}
    if len(rows) + len(added) > MOST_GUESTS:
        raise Refused(_("At most %(most)s people can be invited.", most=MOST_GUESTS))
    return added


def uninvite(session: Session, activity_id: int, attendee_id: int) -> None:
    """Take an invitation back; whoever got it is told."""
    activity = activity_to_write(session, activity_id)
    row = find(session, Attendee, attendee_id)
    if row.activity_id != activity.id or row.role != GUEST:
        raise Refused(_("Only whoever made this meeting can invite to it."))
    if row.sequence is not None:
        _send(session, activity, [row], itip.CANCEL)
    session.delete(row)
    session.flush()


def tell_guests(session: Session, activity: Activity) -> None:
    """Send invitations that are new or not up to date any more, and take them back when it is called off."""
    with as_system(session, reason="who is invited"):
        rows = attendees_of(session, activity.id)
    if any(row.role == ORGANIZER for row in rows) or not rows:
        return
    if activity.state != RecordState.ACTIVE or activity.status == CANCELLED:
        told = [row for row in rows if row.sequence is not None]
        _send(session, activity, told, itip.CANCEL)
        for row in told:
            row.sequence = None
    elif activity.status in OPEN:
        late = [row for row in rows if row.sequence is None or row.sequence < activity.sequence]
        _send(session, activity, late, itip.REQUEST, everybody=rows)
        for row in late:
            row.sequence = activity.sequence
    session.flush()


def answer_invitation(session: Session, activity_id: int, answer: str) -> None:
    """Answer somebody else's invitation; who declines has nothing planned any more. Raises Refused."""
    activity = activity_to_write(session, activity_id)
    rows = attendees_of(session, activity.id)
    organizer = next((row for row in rows if row.role == ORGANIZER), None)
    mine = next((row for row in rows if row.role == GUEST and row.user_id == activity.performer_id), None)
    if organizer is None or mine is None or activity.performer_id != actor_of(session).user_id:
        raise Refused(_("There is no invitation to answer."))
    if answer not in (ACCEPTED, DECLINED, TENTATIVE):
        raise InvalidInput({"answer": _("Choose one of the values offered.")})
    mine.answer, mine.answered_at = answer, utc_now()
    guests = [Guest(address=organizer.address, name=organizer.name, is_organizer=True)]
    guests.append(Guest(address=mine.address, name=mine.name or actor_of(session).name, answer=answer))
    _mail(session, activity, organizer.address, title_of_answer(answer, activity.name), itip.REPLY, guests)
    if answer == DECLINED and activity.status in OPEN:
        cancel_activity(session, activity.id)
    session.flush()


def title_of_answer(answer: str, name: str) -> str:
    """Return the subject of an answer to an invitation."""
    titles = {
        ACCEPTED: _("Accepted: %(name)s", name=name),
        DECLINED: _("Declined: %(name)s", name=name),
        TENTATIVE: _("Perhaps: %(name)s", name=name),
    }
    return str(titles[answer])


def title_of(method: str, name: str, *, is_known: bool) -> str:
    """Return the subject of an invitation, of a change, or of what is called off."""
    if method == itip.CANCEL:
        return str(_("Cancelled: %(name)s", name=name))
    return str(_("Changed: %(name)s", name=name) if is_known else _("Invitation: %(name)s", name=name))


def when(moment: datetime, zone: ZoneInfo, *, all_day: bool) -> str:
    """Return a moment as mails say it."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d}" if all_day else f"{local:%Y-%m-%d %H:%M} ({zone.key})"


def _send(
    session: Session, activity: Activity, rows: Sequence[Attendee], method: str, *, everybody: Sequence[Attendee] = ()
) -> None:
    if not rows:
        return
    guests = [organizer_of(session, activity.performer_id), *(guest_of(one) for one in everybody or rows)]
    title = title_of(method, activity.name, is_known=any(row.sequence is not None for row in rows))
    for row in rows:  # one mail each: guests of different companies need not see each other's addresses
        shown = [one for one in guests if one.is_organizer or one.address == row.address]
        _mail(session, activity, row.address, title, method, shown)


def _mail(session: Session, activity: Activity, to: str, subject: str, method: str, guests: list[Guest]) -> None:
    zone = zone_of_user(session, activity.performer_id)
    content = itip.write_message(method, activity, zone, guests, stamp=utc_now())
    lines = [activity.name, when(activity.starts_at, zone, all_day=activity.all_day), activity.place]
    lines += [activity.description] if method == itip.REQUEST else []
    ref = RecordRef(ACTIVITY, activity.id)
    mail_calendar(session, to, subject, lines, content, method=method, ref=ref, client_id=activity.client_id)
