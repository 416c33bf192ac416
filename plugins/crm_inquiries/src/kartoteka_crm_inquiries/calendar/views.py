"""Pages of the calendar, and finding a time that suits all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import reading
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import company_country, current_formats, render, require, today, visitor
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.calendar import service
from kartoteka_crm_inquiries.calendar.asking import read_asked, read_day, read_ids
from kartoteka_crm_inquiries.calendar.marking import MARKING
from kartoteka_crm_inquiries.calendar.pages import show
from kartoteka_crm_inquiries.calendar.working_time import moment_at
from kartoteka_crm_inquiries.naming import VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
MODES = (
    ("day", _("Day")),
    ("week", _("Week")),
    ("month", _("Month")),
    ("agenda", _("Agenda")),
    ("quarter", _("Three months")),
    ("people", _("People")),
)
"""In the order of the keys 1 to 6."""
LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)


@blueprint.get("/calendar")
@require(VIEW_ACTIVITIES)
def show_calendar() -> Answer:
    """Show the calendar as the address asks (IN-34 to IN-39, X-20)."""
    asked = read_asked()
    with reading() as session:
        context = show(session, asked)
    return render("crm_inquiries/calendar/calendar.html", modes=MODES, **MARKING, **context)


@blueprint.get("/calendar/free")
@require(VIEW_ACTIVITIES)
def find_free_time() -> Answer:
    """Find times at which several people are free."""
    people = read_ids(request.args.getlist("user"))
    minutes = int(given) if (given := request.args.get("minutes", "")).isdigit() and len(given) < 5 else 60
    since = read_day(request.args.get("since", "")) or today()
    until = read_day(request.args.get("until", "")) or since + timedelta(days=13)
    zone = current_formats().zone
    found: list[Any] = []
    problem = None
    with reading() as session:
        everybody = active_users(session)
        known = [one for one in people if one in dict(everybody)]
        if people:
            try:
                found = service.find_common_time(
                    session,
                    known,
                    minutes=minutes,
                    since=moment_at(since, 0, zone),
                    until=moment_at(until + timedelta(days=1), 0, zone),
                    country=company_country(),
                    zone=zone,
                )
            except InvalidInput as refusal:
                problem = next(iter(refusal.errors.values()))
    page = render(
        "crm_inquiries/calendar/free.html",
        everybody=everybody,
        chosen=known or [visitor().id],
        asked_for=bool(people),
        minutes=minutes,
        lengths=LENGTHS,
        since=since,
        until=until,
        found=found,
        problem=problem,
        back=url_for("crm_inquiries.show_calendar"),
        **MARKING,
    )
    return (page, 422) if problem else page
