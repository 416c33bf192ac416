"""What visitors send becomes an inquiry with a planned return call, or a booked time. Never commits.

Every function works as the program itself: whoever calls has looked at the address and at how the page was opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from kartoteka.api.clients import Client, change_client, create_client
from kartoteka.api.company import company_place
from kartoteka.api.db import Session, find_or_none, utc_now
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.errors import NotFound, Refused
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users, works_here
from kartoteka.api.work import AttachedFile, MailDraft, send_mail
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import cancel_activity, plan_activity
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.assigning import working_manager
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.intake import queries, rules, telling
from kartoteka_crm_inquiries.intake.models import BookingLink, Submission, WebForm
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_KINDS
from kartoteka_crm_inquiries.sync.components import EVENT, calendar_of, component_of

_ = Texts("crm_inquiries")

MEETING = "meeting"


class Taken(Refused):
    """Somebody else has booked this time meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This time has just been taken. Choose another one."), field="at")


def receive_form(session: Session, token: str, key: str, given: Mapping[str, str]) -> Inquiry | None:
    """Make an inquiry of what a visitor has written, and return it; None when this page was taken already.

    ``given`` are checked texts by field, ``newsletter`` among them for whoever comes from one (IN-06). Raises NotFound.
    """
    form = queries.open_form(session, token)
    # Two copies of one page wait for each other here.
    session.execute(select(WebForm.id).where(WebForm.id == form.id).with_for_update())
    if not _is_first(session, key):
        return None
    client = _client(session, form.manager_id, given)
    manager_id = working_manager(session, client, form.manager_id)
    values = {
        "client_id": client.id,
        "manager_id": manager_id,
        "source_id": form.source_id,
        "process_id": form.process_id,
        "subject": (given.get("product") or form.title)[:200],
        "description": _description(given),
        "lines": [{"text": given["product"]}] if given.get("product") else [],
    }
    inquiry = register_inquiry(session, values, _return_call(session, form))
    if client.manager_id is None and inquiry.manager_id is not None:
        change_client(session, client.id, {"manager_id": inquiry.manager_id})
    telling.tell_inquiry(session, inquiry)
    return inquiry


def book(session: Session, token: str, key: str, at: datetime, given: Mapping[str, str]) -> Activity:
    """Book a time for a visitor and return the activity; raises NotFound, and Taken when it is not free (any more).

    The same page sent again gives the same activity.
    """
    link = queries.open_link(session, token)
    # All links of one person: two visitors at the same moment wait for each other here, and one finds it taken.
    session.execute(
        select(BookingLink.id).where(BookingLink.user_id == link.user_id).order_by(BookingLink.id).with_for_update()
    )
    if (earlier := _booked_before(session, key)) is not None:
        return earlier
    zone = ZoneInfo(company_place(session)[1])
    day = at.astimezone(zone).date()
    if at not in queries.slots_of(session, link, day, day) or link.user_id not in dict(active_users(session)):
        raise Taken
    client = _client(session, link.user_id, given)
    activity = plan_activity(
        session,
        {
            "name": link.title,
            "kind_id": _kind(session),
            "starts_at": at,
            "ends_at": at + timedelta(minutes=link.minutes),
            "performer_id": link.user_id,
            "client_id": client.id,
            "place": link.place,
            "description": _description(given),
        },
    )
    _forget_old(session)
    session.add(Submission(key=key, activity_id=activity.id))
    session.flush()
    telling.tell_booking(session, activity)
    return activity


def call_off(session: Session, activity_id: int) -> Activity:
    """Call off what a visitor has booked; raises NotFound, and Refused when it is over."""
    activity = booked(session, activity_id)
    session.execute(select(Activity.id).where(Activity.id == activity_id).with_for_update())
    if activity.status not in OPEN or activity.starts_at <= utc_now():
        raise Refused(_("This is over already."))
    cancel_activity(session, activity_id)
    telling.tell_booking(session, activity, called_off=True)
    return activity


def booked(session: Session, activity_id: int) -> Activity:
    """Return what a visitor has booked; raises NotFound."""
    activity = find_or_none(session, Activity, activity_id)
    if activity is None:
        raise NotFound
    return activity


def confirm_by_mail(session: Session, activity: Activity, to: str, address: str) -> None:
    """Send a visitor what he has booked, with a calendar entry and the ``address`` at which he can call it off."""
    zone = ZoneInfo(company_place(session)[1])
    starts = activity.starts_at.astimezone(zone)
    entry = component_of(activity, EVENT, zone)
    for name in ("DESCRIPTION", "PRIORITY"):
        entry.pop(name, None)
    entry.subcomponents = []
    lines = [activity.name, f"{starts:%Y-%m-%d %H:%M} ({zone.key})", activity.place]
    lines += ["", str(_("To call it off, open this address: %(address)s", address=address))]
    send_mail(
        session,
        MailDraft(
            to=(to,),
            subject=str(_("Booked: %(name)s", name=activity.name)),
            text="\n".join(lines),
            ref=RecordRef(ACTIVITY, activity.id),
            client_id=activity.client_id,
            attachments=(
                AttachedFile(name="booking.ics", mime="text/calendar", content=calendar_of([entry], [zone]).encode()),
            ),
            dedup=f"crm_inquiries.booking:{activity.id}",
        ),
    )


def _is_first(session: Session, key: str) -> bool:
    """Remember that a page was sent; False when it was before."""
    _forget_old(session)
    if session.scalar(select(Submission.key).where(Submission.key == key)) is not None:
        return False
    session.add(Submission(key=key))
    session.flush()
    return True


def _forget_old(session: Session) -> None:
    """Forget pages that are older than one can be sent."""
    session.execute(delete(Submission).where(Submission.at < utc_now() - 2 * rules.LONGEST))


def _booked_before(session: Session, key: str) -> Activity | None:
    found: Activity | None = session.scalar(
        select(Activity).join(Submission, Submission.activity_id == Activity.id).where(Submission.key == key)
    )
    return found


def _client(session: Session, manager_id: int | None, given: Mapping[str, str]) -> Client:
    """Return the client who writes, or a new potential one; nothing of a known client is changed."""
    country, _zone = company_place(session)
    known = queries.known_client(session, given.get("email", ""), given.get("phone", ""), country)
    if known is not None:
        return known
    manager = manager_id if manager_id is not None and works_here(session, manager_id) else None
    values = rules.client_values(given, country) | {"manager_id": manager}
    made: Client = create_client(session, values, accept_duplicates=True)
    return made


def _return_call(session: Session, form: WebForm) -> NextStep:
    usual = usual_step(session)
    at = working_time(session).next_moment(utc_now(), days=form.days)
    return NextStep(starts_at=at, kind_id=usual.kind_id, name=usual.name)


def _kind(session: Session) -> int | None:
    kind_id: int | None = session.scalar(
        select(DirectoryEntry.id).where(
            DirectoryEntry.directory == ACTIVITY_KINDS, DirectoryEntry.code == MEETING, DirectoryEntry.closed.is_(False)
        )
    )
    return kind_id


def _description(given: Mapping[str, str]) -> str:
    """Return what a visitor has written: the message, and below it who wrote, line by line."""
    titles = {**rules.FIELDS, "newsletter": _("Newsletter")}
    facts = [f"{title}: {given[name]}" for name, title in titles.items() if name != "message" and given.get(name)]
    return "\n".join([*filter(None, [given.get("message", "")]), "", *facts]).strip()
