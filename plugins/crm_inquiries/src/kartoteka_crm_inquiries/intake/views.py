"""Pages where web forms and booking links are set up: one set of pages for both ways in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.intake import queries, service
from kartoteka_crm_inquiries.intake.ways import BOOKING_LINKS, WEB_FORMS, Way

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


def list_ways(way: Way) -> Answer:
    """List the web forms, or the booking links that one sees, with their addresses."""
    with reading() as session:
        found, names = queries.in_use(session, way.model), dict(active_users(session))
    return render("crm_inquiries/intake/ways.html", way=way, found=found, names=names)


def new_way(way: Way) -> Answer:
    """Make a web form, or a booking link of one's own."""
    form: Any = way.form()
    form.fill(way.beginning)
    if form.validate_on_submit():
        made = save_form(form, way.made, lambda session: way.add(session, form.values()))
        if made is not None:
            toast(way.ready)
            return redirect(url_for(way.endpoint("edit"), record_id=made.id))
    return _page(way, form, way.new)


def edit_way(way: Way, record_id: int) -> Answer:
    """Change a web form or a booking link."""
    with reading() as session:
        record = find(session, way.model, record_id)
    form: Any = way.form()
    form.fill(record)

    def change(session: Session) -> Any:
        return way.change(session, record_id, form.values(), form.version_number)

    if form.validate_on_submit() and save_form(form, way.changed, change, record.version) is not None:
        toast(_("Saved."))
        return redirect(url_for(way.endpoint("list")))
    address = url_for(way.visitors, token=record.token, _external=True)
    return _page(way, form, record.title, record=record, address=address)


def renew_way(way: Way, record_id: int) -> Answer:
    """Give a web form or a booking link another address."""
    with transaction(way.renewed) as session:
        service.renew_address(session, way.model, record_id)
    toast(_("It has a new address; the old one no longer works."))
    return redirect(url_for(way.endpoint("edit"), record_id=record_id))


def remove_way(way: Way, record_id: int) -> Answer:
    """Take a web form or a booking link out of use."""
    with transaction(way.removed) as session:
        service.take_out_of_use(session, way.model, record_id)
    toast(_("It is removed."))
    return redirect(url_for(way.endpoint("list")))


def _page(way: Way, form: Any, title: Any, **about: Any) -> Answer:
    back = url_for(way.endpoint("list"))
    page = render("crm_inquiries/intake/edit.html", way=way, form=form, title=title, cancel_url=back, **about)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _add_page(way: Way, page: str, rule: str, view: Callable[..., Answer], *methods: str) -> None:
    answer = update_wrapper(partial(view, way), view)
    blueprint.add_url_rule(f"{way.path}{rule}", way.page(page), require(way.permission)(answer), methods=methods)


for one in (WEB_FORMS, BOOKING_LINKS):
    _add_page(one, "list", "", list_ways, "GET")
    _add_page(one, "new", "new", new_way, "GET", "POST")
    _add_page(one, "edit", "<int:record_id>", edit_way, "GET", "POST")
    _add_page(one, "renew", "<int:record_id>/renew", renew_way, "POST")
    _add_page(one, "remove", "<int:record_id>/remove", remove_way, "POST")
