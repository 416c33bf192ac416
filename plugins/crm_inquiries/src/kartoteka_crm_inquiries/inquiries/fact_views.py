"""The page of one fact of an inquiry: edited where it is shown, on a page of its own without JavaScript."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import client_people
from kartoteka.api.db import Session, find, reading
from kartoteka.api.declare import ClientPerson
from kartoteka.api.errors import NotFound
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.web import (
    Fact,
    is_fragment,
    require,
    show_saved_value,
    show_value,
    show_value_form,
    toast,
    visitor,
)
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries import queries, service
from kartoteka_crm_inquiries.inquiries.fact_forms import fact_form, is_edited_here, offer_people
from kartoteka_crm_inquiries.inquiries.facts import facts_of, one_fact
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.queries import Shown
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


def page_facts(shown: Shown, person: ClientPerson | None) -> dict[str, Fact]:
    """Return the facts of an inquiry with pencils beside those that the visitor may edit."""
    may_edit = visitor().can(EDIT) and shown.inquiry.state == "active"
    return facts_of(shown, person, may_edit=may_edit, may_assign=visitor().can(ASSIGN))


@blueprint.route("/inquiries/<int:record_id>/facts/<name>", methods=["GET", "POST"])
@require(EDIT)
def edit_fact(record_id: int, name: str) -> Answer:
    """Edit one fact in place; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
        if not is_edited_here(name, inquiry.sort, may_assign=visitor().can(ASSIGN)):
            raise NotFound
        if request.method != "POST" and "done" in request.args:
            return show_value(_fact(session, inquiry, name), _edit_url(inquiry, name))
        people = client_people(session, inquiry.client_id) if name == "person" else []
    form = fact_form(name)
    if name == "person":
        offer_people(form, people)
    form.fill(inquiry)
    if form.validate_on_submit():
        values, version = form.values(), form.version_number
        saved = save_form(
            form,
            _("Inquiry changed"),
            lambda session: service.change_inquiry(session, record_id, values, version),
            inquiry.version,
        )
        if saved is not None:
            return _saved(record_id, name)
    edit_url, back_url = _edit_url(inquiry, name), _page_url(record_id)
    return show_value_form(form, name, edit_url=edit_url, back_url=back_url, record_title=inquiry.number)


def _saved(record_id: int, name: str) -> Answer:
    toast(_("Saved."))
    back = _page_url(record_id)
    if not is_fragment():
        return redirect(back)
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
        fact = _fact(session, inquiry, name)
    return show_saved_value(fact, _edit_url(inquiry, name), back)


def _fact(session: Session, inquiry: Inquiry, name: str) -> Fact:
    shown = queries.shown_inquiry(session, inquiry.id)
    people = client_people(session, inquiry.client_id) if name == "person" and inquiry.person is not None else []
    person = next((one for one in people if one.ref == inquiry.person), None)
    # The pencil of the description stays in the head of its panel.
    return one_fact(name, shown, person, may_edit=name != "description", may_assign=True)


def _edit_url(inquiry: Inquiry, name: str) -> str:
    return url_for("crm_inquiries.edit_fact", record_id=inquiry.id, name=name)


def _page_url(record_id: int) -> str:
    return url_for("crm_inquiries.show_inquiry", record_id=record_id)
