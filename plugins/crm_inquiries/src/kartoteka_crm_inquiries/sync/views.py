"""Pages of invitations and of calendar files."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import client_people
from kartoteka.api.db import Session, find, find_or_none, reading, transaction, utc_now
from kartoteka.api.errors import NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users, user_addresses
from kartoteka.api.web import render, require, toast, visitor
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.series.queries import occurrences_of
from kartoteka_crm_inquiries.series.service import THIS
from kartoteka_crm_inquiries.sync import importing, inviting, series_inviting
from kartoteka_crm_inquiries.sync.forms import InviteForm, SeriesInviteForm
from kartoteka_crm_inquiries.sync.guests import answer_for, attendees_of, attendees_of_series
from kartoteka_crm_inquiries.sync.models import GUEST, ORGANIZER, Attendee

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
_TAKEN_BACK = _("Invitation taken back")


@blueprint.route("/activities/<int:record_id>/people", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES, EDIT_ACTIVITIES)
def invite_people(record_id: int) -> Answer:
    """Show who is invited and what they answered, and invite people by mail (IN-40)."""
    with reading() as session:
        activity = _living(session, record_id)
        rows = _people_of(session, activity)
        people = _people(session, activity)
        colleagues = _colleagues(session)
    form = InviteForm() if activity.series_id is None else SeriesInviteForm()
    form.people.choices = [(address, f"{name} <{address}>") for address, name in people.items()]
    form.colleagues.choices = [(str(number), name) for number, (name, _address) in colleagues.items()]
    if form.validate_on_submit():
        wanted: list[tuple[str, str, int | None]] = [
            (address, people[address], None) for address in form.people.data or ()
        ]
        wanted += [(colleagues[int(one)][1], colleagues[int(one)][0], int(one)) for one in form.colleagues.data or ()]
        wanted += [(one.strip(), "", None) for one in (form.addresses.data or "").split(",") if one.strip()]
        invite = inviting.invite if _is_single(form.data.get("scope")) else series_inviting.invite_to_series
        saved = save_form(form, _("People invited"), lambda session: invite(session, record_id, wanted))
        if saved is not None:
            toast(_.plural("One invitation is on its way.", "%(count)s invitations are on their way.", saved))
            return redirect(url_for("crm_inquiries.invite_people", record_id=record_id))
    page = render(
        "crm_inquiries/sync/people.html",
        form=form,
        activity=activity,
        guests=[(row, answer_for(row, activity.occurrence_at)) for row in rows if row.role == GUEST],
        organizer=next((row for row in rows if row.role == ORGANIZER), None),
        is_mine=activity.performer_id == visitor().id,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/attendees/<int:record_id>/remove")
@require(VIEW_ACTIVITIES, EDIT_ACTIVITIES)
def uninvite_person(record_id: int) -> Answer:
    """Take an invitation back."""
    with reading() as session:
        row = find(session, Attendee, record_id)
        activity_id = row.activity_id or _occurrence(session, row.series_id)
    if row.activity_id is None:
        _do(activity_id, lambda session: series_inviting.uninvite_from_series(session, record_id), _TAKEN_BACK)
    else:
        _do(activity_id, lambda session: inviting.uninvite(session, activity_id, record_id), _TAKEN_BACK)
    return redirect(url_for("crm_inquiries.invite_people", record_id=activity_id))


@blueprint.post("/activities/<int:record_id>/answer")
@require(VIEW_ACTIVITIES, EDIT_ACTIVITIES)
def answer_invitation(record_id: int) -> Answer:
    """Accept or decline somebody else's invitation; whoever invited is told by mail."""
    answer, single = request.form.get("answer", ""), _is_single(request.form.get("scope"))
    with reading() as session:
        series_id = find(session, Activity, record_id).series_id
        of_series = any(row.role == ORGANIZER for row in attendees_of_series(session, series_id))

    def work(session: Session) -> None:
        if of_series:
            series_inviting.answer_series(session, record_id, answer, whole=not single)
        else:
            inviting.answer_invitation(session, record_id, answer)

    _do(record_id, work, _("Invitation answered"))
    return redirect(url_for("crm_inquiries.invite_people", record_id=record_id))


@blueprint.route("/calendar/import", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES, EDIT_ACTIVITIES)
def import_calendar() -> Answer:
    """Take in a calendar file (.ics), and say of each object what became of it."""
    if request.method != "POST":
        return render("crm_inquiries/sync/import.html", taken=None, problem=None)
    upload = request.files.get("file")
    content = upload.stream.read(importing.LARGEST + 1) if upload is not None else b""
    if not content:
        return render("crm_inquiries/sync/import.html", taken=None, problem=_("Choose a file first.")), 422
    try:
        with transaction(_("Calendar file imported")) as session:
            taken = importing.import_file(session, content)
    except Problem as problem:
        return render("crm_inquiries/sync/import.html", taken=None, problem=problem.message), 422
    return render("crm_inquiries/sync/import.html", taken=taken, problem=None)


def _is_single(scope: str | None) -> bool:
    return scope in (None, "", THIS)


def _people_of(session: Session, activity: Activity) -> list[Attendee]:
    return [*attendees_of_series(session, activity.series_id), *attendees_of(session, activity.id)]


def _occurrence(session: Session, series_id: int | None) -> int:
    """Return the occurrence on whose page an invitation was taken back, or the first that is still to come."""
    shown = request.form.get("activity", "")
    rows = occurrences_of(session, series_id or 0, utc_now(), 1)
    found = (
        find_or_none(session, Activity, int(shown)) if shown.isascii() and shown.isdigit() and len(shown) < 10 else None
    )
    if found is not None and found.series_id == series_id:
        return found.id
    if not rows:
        raise NotFound
    return rows[0].id


def _do(record_id: int, work: Any, title: Any) -> None:
    with reading() as session:
        _living(session, record_id)
    try:
        with transaction(title) as session:
            work(session)
    except NotFound:
        raise
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(title)


def _living(session: Session, record_id: int) -> Activity:
    activity = find(session, Activity, record_id)
    if activity.state != RecordState.ACTIVE:
        raise NotFound
    return activity


def _people(session: Session, activity: Activity) -> dict[str, str]:
    if activity.client_id is None:
        return {}
    return {one.email.lower(): one.name for one in client_people(session, activity.client_id) if one.email}


def _colleagues(session: Session) -> dict[int, tuple[str, str]]:
    names = dict(active_users(session))
    addresses = user_addresses(session, names)
    return {one: (names[one], address) for one, address in addresses.items() if one != visitor().id and one in names}
