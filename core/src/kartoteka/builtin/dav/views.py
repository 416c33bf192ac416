"""The page "Calendar on other devices": addresses for programs, and addresses to subscribe to."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kartoteka.builtin.dav import queries, service
from kartoteka.builtin.dav.blueprint import blueprint
from kartoteka.builtin.dav.naming import FEEDS, MOUNT, Place
from kartoteka.builtin.users.pages import confirm_password
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.fields import LineField, PasswordField
from kartoteka.web.forms import ChoiceField, Form, YesNoField
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


class FeedForm(Form):
    """Where a calendar will be shown, and what of it."""

    name = LineField(_("Where it is shown"), required=True, max_length=100, help=_("For example: my Google calendar."))
    collection = ChoiceField(_("What is in it"), choices=list, coerce=str, empty=_("Everything"))
    titles = YesNoField(_("Show what it is about"), help=_("Without it only “Busy” is shown."))
    alarms = YesNoField(_("With reminders"))
    password = PasswordField(_("Your current password"))


@blueprint.core_route("/me/calendars", methods=["GET", "POST"])
@signed_in
def show_calendars() -> Answer:
    """Show under which addresses programs find one's calendars, and make an address to subscribe to."""
    with reading() as session:
        collections = queries.collections_of(session)
    form, made = FeedForm(), ""
    form.collection.choices = [("", str(_("Everything"))), *((one.key, str(one.title)) for one in collections)]
    form.fill({"titles": True, "alarms": True})
    if form.validate_on_submit():
        try:
            confirm_password(form.password.data or "")
            with transaction() as session:
                _feed, token = service.add_feed(
                    session,
                    current_user.id,
                    form.name.data or "",
                    collection=form.collection.data or "",
                    titles=bool(form.titles.data),
                    alarms=bool(form.alarms.data),
                )
            made = f"{_root()}{MOUNT}/{FEEDS}/{token}.ics"
        except Problem as problem:
            form.take_problem(problem)
    with reading() as session:
        feeds = queries.open_feeds(session)
    page = render(
        "dav/calendars.html",
        form=form,
        made=made,
        feeds=feeds,
        root=f"{_root()}{MOUNT}/",
        addresses=[(one, _root() + Place("collection", current_user.id, one.key).href) for one in collections],
    )
    return page, 422 if form.is_submitted() and not made else 200


@blueprint.core_route("/me/calendars/<int:record_id>/end", methods=["POST"])
@signed_in
def end_feed(record_id: int) -> Answer:
    """Make an address useless."""
    with transaction() as session:
        service.end_feed(session, record_id)
    toast(_("Nothing can be read under this address any more."))
    return redirect(url_for("dav.show_calendars"))


def _root() -> str:
    return request.url_root.rstrip("/")
