"""Calendar messages in incoming mail: answers to our invitations, and invitations from outside (RFC 5546).

A message counts only when it comes from whom it speaks for: an answer from the guest, an invitation, a change or a
cancellation from the organizer. One that is older than what is known, or comes again, changes nothing.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.db import Session, utc_now
from kartoteka.api.declare import NotificationType
from kartoteka.api.errors import NotFound, Problem
from kartoteka.api.mail import IncomingMail, open_attachment
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import users_with_addresses
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import cancel_activity, change_activity, plan_activity
from kartoteka_crm_inquiries.clocks import zone_of_user
from kartoteka_crm_inquiries.naming import ACTIVITY, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.sync import itip, series_answering
from kartoteka_crm_inquiries.sync.guests import attendees_of
from kartoteka_crm_inquiries.sync.models import ANSWERS, GUEST, ORGANIZER, Attendee
from kartoteka_crm_inquiries.sync.series_answering import INVITED

_ = Texts("crm_inquiries")

MOST_PARTS = 5
NOTIFICATION_TYPES = [
    NotificationType(
        name="invited",
        title=_("Invitation by e-mail"),
        description=_("When somebody outside invites you to a meeting, changes it or calls it off."),
        icon="calendar",
        permission=VIEW_ACTIVITIES,
    ),
    NotificationType(
        name="answered",
        title=_("Answers to invitations"),
        description=_("When somebody you invited accepts or declines."),
        icon="calendar",
        permission=VIEW_ACTIVITIES,
    ),
]


def receive(session: Session, mail: IncomingMail) -> RecordRef | None:
    """Make of a mail what its calendar part says; return the activity, None when it says nothing that counts."""
    if mail.id is None or mail.sender is None:
        return None
    parts = [one for one in mail.attachments if _is_calendar(one.content_type, one.name) and one.size <= itip.LARGEST]
    for part in parts[:MOST_PARTS]:
        try:
            content = open_attachment(session, mail.id, part.position).data
        except NotFound:
            continue
        messages = itip.read_messages(content, ZoneInfo("UTC"))
        if messages and (ref := _take(session, mail, messages, content)) is not None:
            return ref
    return None


def _is_calendar(content_type: str, name: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in (
        "text/calendar",
        "application/ics",
    ) or name.lower().endswith(".ics")


def _take(session: Session, mail: IncomingMail, messages: list[itip.Message], content: bytes) -> RecordRef | None:
    sender = mail.sender.address.lower() if mail.sender is not None else ""
    first = messages[0]
    if first.method == itip.REPLY:
        refs = [_take_answer(session, one, sender) for one in messages]
        return next((ref for ref in refs if ref is not None), None)
    if sender != first.organizer.address:
        return None  # nobody else speaks for the organizer
    if first.method == itip.CANCEL:
        ref = _call_off(session, first) if first.occurrence_at is None else None
        return ref or series_answering.call_off(session, messages)
    return _take_invitation(session, messages, content) if mail.opens_work else None


def _take_answer(session: Session, message: itip.Message, sender: str) -> RecordRef | None:
    guest = next((one for one in message.guests if one.address == sender), None)
    if guest is None or guest.answer not in ANSWERS:
        return None
    if message.occurrence_at is not None:
        return series_answering.take_answer(session, message, guest)
    row = session.scalars(
        select(Attendee)
        .join(Activity, Activity.id == Attendee.activity_id)
        .where(Activity.uid == message.uid, Attendee.address == sender, Attendee.role == GUEST)
        .order_by(Attendee.id)
    ).first()
    if row is None:
        return series_answering.take_answer(session, message, guest)
    if row.sequence is None or row.activity_id is None or _is_organized(session, row.activity_id):
        return None
    ref = RecordRef(ACTIVITY, row.activity_id)
    if message.sequence < row.sequence or (row.stamp is not None and message.stamp <= row.stamp):
        return ref  # about an invitation that has changed since, or the same answer once more
    row.answer, row.answered_at, row.stamp = guest.answer, utc_now(), message.stamp
    session.flush()
    performer = session.scalar(select(Activity.performer_id).where(Activity.id == row.activity_id))
    series_answering.tell_answer(session, performer, row, guest.answer, ref)
    return ref


def _is_organized(session: Session, activity_id: int) -> bool:
    return any(row.role == ORGANIZER for row in attendees_of(session, activity_id))


def _take_invitation(session: Session, messages: list[itip.Message], content: bytes) -> RecordRef | None:
    message = messages[0]
    users = users_with_addresses(session, [one.address for one in message.guests])
    known = _known(session, message.uid)
    if any(not _is_organized(session, one.id) for one in known) or series_answering.is_ours(session, message.uid):
        return None  # our own invitation came back
    ref = None
    for address, user_id in users.items():
        mine = next((one for one in known if one.performer_id == user_id), None)
        zone = zone_of_user(session, user_id)
        own = itip.read_messages(content, zone)  # days and times without a zone are the guest's
        if not own or own[0].given is None:
            continue
        if mine is not None:
            made = _renew(session, own[0], mine)
        elif own[0].given.rule or own[0].occurrence_at is not None:
            made = series_answering.take_invitation(session, own, user_id, address)
        else:
            made = _add(session, own[0], user_id, address)
        if made is not None:
            ref = ref or RecordRef(ACTIVITY, made.id)
            said = _("%(who)s invites you", who=message.organizer.name or message.organizer.address)
            notify(session, [user_id], INVITED, said, RecordRef(ACTIVITY, made.id))
    return ref or next((RecordRef(ACTIVITY, one.id) for one in known), None)


def _known(session: Session, uid: str) -> list[Activity]:
    return list(
        session.scalars(select(Activity).where(Activity.uid == uid, Activity.state == RecordState.ACTIVE).limit(50))
    )


def _add(session: Session, message: itip.Message, user_id: int, address: str) -> Activity | None:
    given = message.given
    if given is None:
        return None
    values = {**given.values, "performer_id": user_id, "creator_id": user_id, "uid": message.uid, "status": "planned"}
    try:
        activity = plan_activity(session, values, assigned=True)
    except Problem:
        return None
    session.add_all(series_answering.people_of(message, user_id, address, activity_id=activity.id))
    session.flush()
    return activity


def _renew(session: Session, message: itip.Message, activity: Activity) -> Activity | None:
    organizer = _organizer(session, activity, message)
    if organizer is None or message.given is None:
        return None
    organizer.sequence, organizer.stamp = message.sequence, message.stamp
    names = ("name", "description", "place", "starts_at", "ends_at", "due_at", "all_day")
    try:
        return change_activity(session, activity.id, {name: message.given.values[name] for name in names})
    except Problem:
        return None


def _organizer(session: Session, activity: Activity, message: itip.Message) -> Attendee | None:
    """Return who invited to an activity, if this message is his and newer than what is known."""
    row = next((one for one in attendees_of(session, activity.id) if one.role == ORGANIZER), None)
    if row is None or row.address != message.organizer.address or message.sequence < (row.sequence or 0):
        return None
    return None if row.stamp is not None and message.stamp <= row.stamp else row


def _call_off(session: Session, message: itip.Message) -> RecordRef | None:
    ref = None
    for activity in _known(session, message.uid):
        organizer = _organizer(session, activity, message)
        if organizer is None:
            continue
        organizer.sequence, organizer.stamp = message.sequence, message.stamp
        ref = RecordRef(ACTIVITY, activity.id)
        if activity.status in OPEN:
            try:
                with session.begin_nested():
                    cancel_activity(session, activity.id)
            except Problem:
                session.expire(activity)  # the last action of an open inquiry: its performer decides
        if activity.performer_id is not None:
            said = _("%(who)s called a meeting off", who=organizer.name or organizer.address)
            notify(session, [activity.performer_id], INVITED, said, ref)
    return ref
