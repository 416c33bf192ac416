"""The page of working hours: one's own, and for those who set up processes the company's and everybody's."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, reading
from kartoteka.api.errors import Forbidden, NotFound
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import company_country, current_formats, render, require, toast, today, visitor
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.calendar import queries, service, words
from kartoteka_crm_inquiries.calendar.asking import read_ids
from kartoteka_crm_inquiries.calendar.forms import HoursForm
from kartoteka_crm_inquiries.calendar.working_time import holidays_of
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
COMPANY = "company"


@blueprint.route("/calendar/hours", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def set_hours() -> Answer:
    """Show and change working hours: one's own, with ``user`` somebody's, with ``user=company`` the company's."""
    with reading() as session:
        whose, name = _whose(session)
        everybody = active_users(session) if visitor().can(MANAGE_PROCESSES) else []
        hours = queries.hours_of(session, [whose] if whose else [])
    form = HoursForm()
    for number, one in enumerate(form.data_fields):
        one.label.text = words.weekday_name(number, current_formats().language)
    form.fill({f"day{number}": service.write_day(day) for number, day in enumerate(hours[whose].days)})
    here = url_for("crm_inquiries.set_hours", user=whose or COMPANY)
    if form.validate_on_submit():
        saved = save_form(form, _("Working hours changed"), lambda session: _save(session, form, whose))
        if saved is not None:
            toast(_("Saved."))
            return redirect(here)
    page = render(
        "crm_inquiries/calendar/hours.html",
        form=form,
        whose=whose,
        name=name,
        everybody=everybody,
        here=here,
        holidays=holidays_of(company_country(), today().year, current_formats().language),
        year=today().year,
        differs=whose is not None and hours[whose] != hours[None],
    )
    return (page, 422) if form.is_submitted() else page


def _whose(session: Session) -> tuple[int | None, str]:
    given = request.args.get("user", "")
    if given == COMPANY:
        _demand(None)
        return None, ""
    wanted = read_ids([given])[:1] or ([visitor().id] if not given else [])
    name = dict(active_users(session)).get(wanted[0] or 0) if wanted else None
    if name is None or not wanted:
        raise NotFound
    _demand(wanted[0])
    return wanted[0], name


def _demand(whose: int | None) -> None:
    if (whose is None or whose != visitor().id) and not visitor().can(MANAGE_PROCESSES):
        raise Forbidden(permission=MANAGE_PROCESSES)


def _save(session: Session, form: HoursForm, whose: int | None) -> bool:
    given = {name: value or "" for name, value in form.values().items()}
    hours = None if "as_company" in request.form and whose is not None else service.read_hours(given)
    service.save_hours(session, whose, hours)
    return True
