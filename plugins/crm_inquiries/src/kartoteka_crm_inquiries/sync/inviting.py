"""Invitations by mail (iTIP over mail, RFC 5546 and 6047): asking people, and answering those who ask us (IN-40).

Nothing is ever answered by itself, so that two programs cannot answer each other without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, as_system, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.mail import MailAccount
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_addresses, user_names, user_zones
from kartoteka.api.work import AttachedFile, MailDraft, send_mail
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import CANCELLED, OPEN
from kartoteka_crm_inquiries.activities.service import activity_to_write, cancel_activity
from kartoteka_crm_inquiries.naming import ACTIVITY
from kartoteka_crm_inquiries.sync import itip
from kartoteka_crm_inquiries.sync.components import Guest
from kartoteka_crm_inquiries.sync.models import ACCEPTED, DECLINED, GUEST, ORGANIZER, TENTATIVE, Attendee

_ = Texts("crm_inquiries")

MOST_GUESTS = 50


def invite(session: Session, activity_id: int, people: Iterable[tuple[str, str, int | None]]) -> int:
    """Invite people, given as address, name and user, to an activity by mail; return how many were new.

    Raises InvalidInput for an address that is none, and Refused for an activity that is over or somebody else's.
    """
    activity = activity_to_write(session, activity_id)
    rows = attendees_of(session, activity.id)
    if any(row.role == ORGANIZER for row in rows):
        raise Refused(_("Only whoever made this meeting can invite to it."))
    if activity.status not in OPEN:
        raise Refused(_("This is finished already."))
    organizer = own_address(session)
    known = {row.address for row in rows} | {organizer}
    new = {address.strip().lower(): (name, user_id) for address, name, user_id in people}
    for address in new:
        if not _is_address(address):
            raise InvalidInput({"address": _("This is not an e-mail address: %(address)s.", address=address[:80])})
    added = [address for address in new if address not in known]
    if len(rows) + len(added) > MOST_GUESTS:
        raise Refused(_("At most %(most)s people can be invited.", most=MOST_GUESTS))
    for address in added:
        name, user_id = new[address]
        session.add(
            Attendee(
                activity_id=activity.id, client_id=activity.client_id, address=address, name=name[:200], user_id=user_id
            )
        )
    session.flush()
    tell_guests(session, activity)
    return len(added)


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
    titles = {
        ACCEPTED: _("Accepted: %(name)s", name=activity.name),
        DECLINED: _("Declined: %(name)s", name=activity.name),
        TENTATIVE: _("Perhaps: %(name)s", name=activity.name),
    }
    _mail(session, activity, [organizer.address], str(titles[answer]), itip.REPLY, guests)
    if answer == DECLINED and activity.status in OPEN:
        cancel_activity(session, activity.id)
    session.flush()


def attendees_of(session: Session, activity_id: int) -> Sequence[Attendee]:
    """Return who is invited to an activity, and who invited."""
    return session.scalars(select(Attendee).where(Attendee.activity_id == activity_id).order_by(Attendee.id)).all()


def own_address(session: Session, user_id: int | None = None) -> str:
    """Return the address that answers come to: that of one's own mail account, else the company's, else one's own."""
    user_id = user_id or actor_of(session).user_id
    with as_system(session, reason="address of an organizer"):
        accounts = session.execute(select(MailAccount.user_id, MailAccount.address)).all()
    by_user = {row.user_id: row.address for row in accounts}
    address = by_user.get(user_id) or by_user.get(None) or user_addresses(session, [user_id or 0]).get(user_id or 0)
    if not address:
        raise Refused(_("Set up a mail account first: answers need an address to come to."))
    return str(address).lower()


def _send(
    session: Session, activity: Activity, rows: Sequence[Attendee], method: str, *, everybody: Sequence[Attendee] = ()
) -> None:
    if not rows:
        return
    guests = [
        Guest(
            address=own_address(session, activity.performer_id), name=_performer(session, activity), is_organizer=True
        )
    ]
    guests += [Guest(address=one.address, name=one.name, answer=one.answer) for one in everybody or rows]
    if method == itip.CANCEL:
        title = _("Called off: %(name)s", name=activity.name)
    elif any(row.sequence is not None for row in rows):
        title = _("Changed: %(name)s", name=activity.name)
    else:
        title = _("Invitation: %(name)s", name=activity.name)
    for row in rows:  # one mail each: guests of different companies need not see each other's addresses
        shown = [one for one in guests if one.is_organizer or one.address == row.address]
        _mail(session, activity, [row.address], str(title), method, shown)


def _performer(session: Session, activity: Activity) -> str:
    return user_names(session, [activity.performer_id]).get(activity.performer_id, "") if activity.performer_id else ""


def _mail(session: Session, activity: Activity, to: list[str], subject: str, method: str, guests: list[Guest]) -> None:
    zone = user_zones(session, [activity.performer_id or 0]).get(activity.performer_id or 0) or ZoneInfo("UTC")
    content = itip.write_message(method, activity, zone, guests, stamp=utc_now())
    starts = activity.starts_at.astimezone(zone)
    lines = [activity.name, f"{starts:%Y-%m-%d}" if activity.all_day else f"{starts:%Y-%m-%d %H:%M} ({zone.key})"]
    lines += [one for one in (activity.place, activity.description if method == itip.REQUEST else "") if one]
    send_mail(
        session,
        MailDraft(
            to=tuple(to),
            subject=subject,
            text="\n".join(lines),
            ref=RecordRef(ACTIVITY, activity.id),
            client_id=activity.client_id,
            attachments=(
                AttachedFile(name="invite.ics", mime=f"text/calendar;method={method.lower()}", content=content),
            ),
        ),
    )


def _is_address(address: str) -> bool:
    local, _at, domain = address.partition("@")
    plain = all(sign > " " and sign not in '<>,;:"()[]\\' for sign in address)
    return bool(local) and "." in domain and "@" not in domain and plain and len(address) <= 254
