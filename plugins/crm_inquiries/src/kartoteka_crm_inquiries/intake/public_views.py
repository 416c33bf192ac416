"""Pages for visitors of the website, who sign in nowhere and keep no cookie (X-35, X-37)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.company import company_place
from kartoteka.api.db import as_program, read_as_program, utc_now
from kartoteka.api.errors import InvalidInput, Problem, Refused
from kartoteka.api.texts import Texts
from kartoteka.api.web import for_programs, limit_visits, public, render
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.intake import queries, receiving
from kartoteka_crm_inquiries.intake.forms import TRAP, VisitorForm, visitor_form
from kartoteka_crm_inquiries.intake.rules import LONGEST, QUICKEST, SLOTS_SHOWN
from kartoteka_crm_inquiries.intake.seals import Stamp, make_stamp, open_seal, read_stamp, seal_id

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
SENDINGS = 10
"""How many pages may be sent from one address in ten minutes."""
BOOKED = "booked"
ASKED = ("name", "company", "email", "phone", "message")
NEEDED = ("name", "email")


@blueprint.route("/form/<token>", methods=["GET", "POST"])
@for_programs
@public
def show_web_form(token: str) -> Answer:
    """Show a web form to a visitor, and take what he sends."""
    purpose = f"form {token}"
    stamp = _demand_stamp(purpose) if request.method == "POST" else None
    with read_as_program("web form") as session:
        web_form, (country, _zone) = queries.open_form(session, token), company_place(session)
    form = visitor_form(web_form.fields, web_form.required, country)
    if stamp is None:
        form.stamp.data = make_stamp(_secret(), purpose, utc_now())
        if "product" in form:
            form.product.data = request.args.get("product", "")[:200]
        return _form_page(form, web_form)
    limit_visits("web form", SENDINGS)
    if form.website.data:
        return redirect(url_for("crm_inquiries.thank_visitor", token=token), 303)
    if not form.validate() or not _is_fit(form, stamp, purpose):
        return _form_page(form, web_form), 422
    given = form.given()
    if newsletter := " ".join(request.form.get("newsletter", "").split())[:200]:
        given["newsletter"] = newsletter
    try:
        with as_program("web form", _("Inquiry from a web form")) as session:
            receiving.receive_form(session, token, stamp.key, given)
    except (InvalidInput, Refused) as problem:
        form.take_problem(problem)
        return _form_page(form, web_form), 422
    return redirect(url_for("crm_inquiries.thank_visitor", token=token), 303)


@blueprint.get("/form/<token>/thanks")
@public
def thank_visitor(token: str) -> Answer:
    """Thank a visitor for what he has sent."""
    with read_as_program("web form") as session:
        web_form = queries.open_form(session, token)
    return render("crm_inquiries/intake/thanks.html", title=web_form.title, thanks=web_form.thanks)


@blueprint.route("/book/<token>", methods=["GET", "POST"])
@for_programs
@public
def show_free_times(token: str) -> Answer:
    """Show a visitor when somebody has time, and book what he chooses."""
    purpose = f"book {token}"
    stamp = _demand_stamp(purpose) if request.method == "POST" else None
    with read_as_program("booking link") as session:
        link, (country, zone) = queries.open_link(session, token), company_place(session)
    form = visitor_form(ASKED, NEEDED, country)
    at = _moment(request.values.get("at", ""))
    if stamp is None:
        form.stamp.data = make_stamp(_secret(), purpose, utc_now())
        return _times_page(form, link, zone, at)
    limit_visits("booking link", SENDINGS)
    if form.website.data:
        return render("crm_inquiries/intake/thanks.html", title=link.title, thanks="")
    if not form.validate() or not _is_fit(form, stamp, purpose):
        return _times_page(form, link, zone, at), 422
    try:
        if at is None:
            raise receiving.Taken
        with as_program("booking link", _("Time booked by a visitor")) as session:
            activity = receiving.book(session, token, stamp.key, at, form.given())
            code = seal_id(_secret(), BOOKED, activity.id)
            address = url_for("crm_inquiries.show_booked", code=code, _external=True)
            receiving.confirm_by_mail(session, activity, form.given()["email"], address)
    except receiving.Taken as taken:
        return _times_page(form, link, zone, None, taken), 409
    except (InvalidInput, Refused) as problem:
        form.take_problem(problem)
        return _times_page(form, link, zone, at), 422
    return redirect(url_for("crm_inquiries.show_booked", code=code), 303)


@blueprint.route("/booked/<code>", methods=["GET", "POST"])
@for_programs
@public
def show_booked(code: str) -> Answer:
    """Show a visitor what he has booked, and let him call it off."""
    purpose, problem = f"booked {code}", None
    if request.method == "POST":
        _demand_stamp(purpose)
    if (activity_id := open_seal(_secret(), BOOKED, code)) is None:
        abort(404)
    with read_as_program("booking link") as session:
        activity, (_country, zone) = receiving.booked(session, activity_id), company_place(session)
    if request.method == "POST":
        limit_visits("booking link", SENDINGS)
        try:
            with as_program("booking link", _("Time cancelled by a visitor")) as session:
                activity = receiving.call_off(session, activity_id)
        except Problem as refused:
            problem = refused.message
    starts = activity.starts_at.astimezone(ZoneInfo(zone))
    page = render(
        "crm_inquiries/intake/booked.html",
        activity=activity,
        starts=starts,
        day=starts.date(),
        zone=zone,
        can_call_off=activity.status == "planned" and activity.starts_at > utc_now(),
        problem=problem,
        stamp=make_stamp(_secret(), purpose, utc_now()),
    )
    return page if problem is None else (page, 422)


def _secret() -> str | bytes:
    return current_app.secret_key or ""


def _demand_stamp(purpose: str) -> Stamp:
    """Return the stamp of the page that was sent; what no page of ours has sent is a bad request."""
    stamp = read_stamp(_secret(), purpose, request.form.get("stamp", ""))
    if stamp is None:
        abort(400)
    return stamp


def _is_fit(form: VisitorForm, stamp: Stamp, purpose: str) -> bool:
    """Say whether a page was open for as long as people need; otherwise why it was not taken stands in the form."""
    age = utc_now() - stamp.opened_at
    if age > LONGEST:
        form.stamp.data = make_stamp(_secret(), purpose, utc_now())
        form.take_problem(Refused(_("The page was open for too long. Send it again.")))
        return False
    if age < QUICKEST:
        form.take_problem(Refused(_("That was too quick. Wait a few seconds and send it again.")))
        return False
    if not {"email", "phone"} & form.given().keys():
        form.take_problem(Refused(_("Write your e-mail address or your phone number.")))
        return False
    return True


def _form_page(form: VisitorForm, web_form: Any) -> str:
    return render(
        "crm_inquiries/intake/form.html",
        form=form,
        web_form=web_form,
        trap=TRAP,
        newsletter=" ".join(request.values.get("newsletter", "").split())[:200],
    )


def _times_page(form: VisitorForm, link: Any, zone: str, at: datetime | None, problem: Problem | None = None) -> str:
    today = utc_now().astimezone(ZoneInfo(zone)).date()
    last = today + timedelta(days=link.days_ahead)
    first = min(max(_day(request.values.get("from", "")) or today, today), last)
    until = min(first + timedelta(days=SLOTS_SHOWN - 1), last)
    with read_as_program("booking link") as session:
        slots = queries.slots_of(session, link, first, until)
    if at is not None and at not in slots:
        at = None if problem or request.method == "GET" else at
    days: dict[date, list[datetime]] = {}
    for slot in slots:
        local = slot.astimezone(ZoneInfo(zone))
        days.setdefault(local.date(), []).append(local)
    return render(
        "crm_inquiries/intake/times.html",
        form=form,
        link=link,
        trap=TRAP,
        zone=zone,
        days=days,
        at=at and at.astimezone(ZoneInfo(zone)),
        problem=problem and problem.message,
        first=first,
        earlier=max(first - timedelta(days=SLOTS_SHOWN), today) if first > today else None,
        later=until + timedelta(days=1) if until < last else None,
        written=lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:20], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
