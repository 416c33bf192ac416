"""Pages of promises: the tab of the client card, the list, one promise, and how it ended."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import save_form
from kartoteka.api.lists import choose_columns, show_filters, show_list
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference, user_names
from kartoteka.api.web import company_country, current_formats, describe_all, render_card, require, toast, today
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.promises import queries, rules, service
from kartoteka_crm_inquiries.promises.fields import TAB
from kartoteka_crm_inquiries.promises.forms import PromiseForm, SettleForm
from kartoteka_crm_inquiries.promises.lists import PROMISE_LIST
from kartoteka_crm_inquiries.promises.models import Promise

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
_SAID = {
    rules.OPEN: _("The promise is open again."),
    rules.FULL: _("The promise is fulfilled."),
    rules.PART: _("The promise is fulfilled in part."),
    rules.BROKEN: _("The promise is broken."),
}


@blueprint.get("/promises/")
@require(VIEW_ACTIVITIES)
def list_promises() -> Answer:
    """List the promises that the visitor sees."""
    return show_list(PROMISE_LIST)


@blueprint.get("/promises/filters")
@require(VIEW_ACTIVITIES)
def filter_promises() -> Answer:
    """Ask for all filters at once."""
    return show_filters(PROMISE_LIST)


@blueprint.route("/promises/columns", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def choose_promise_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(PROMISE_LIST, set_preference)


@blueprint.get("/clients/<int:record_id>/promises")
@require(VIEW_ACTIVITIES)
def show_promises(record_id: int) -> Answer:
    """List the promises to and of a client; ``archived`` shows those put away."""
    archived = "archived" in request.args
    with reading() as session:
        find(session, Client, record_id)
        promises = queries.promises_of(session, record_id, archived=archived)
        kept = queries.record_of(session, record_id, today())
    return _render("promises.html", record_id, promises=promises, kept=kept, archived=archived)


@blueprint.route("/clients/<int:record_id>/promises/new", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def new_promise(record_id: int) -> Answer:
    """Write down a promise."""
    form = PromiseForm()
    with reading() as session:
        find(session, Client, record_id)
        form.offer(session, record_id)
    form.fill({"due_on": today()})
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Promise added"),
            lambda session: _with_clash(session, service.add_promise(session, record_id, form.values())),
        )
        if saved is not None:
            toast(_("The promise is added."))
            return _back(*saved)
    return _show_form(record_id, form, None)


@blueprint.get("/promises/<int:record_id>")
@require(VIEW_ACTIVITIES)
def show_promise(record_id: int) -> Answer:
    """Show a promise, and let whoever may say how it ended."""
    with reading() as session:
        promise = find(session, Promise, record_id)
        person = describe_all(session, [promise.person]).get(promise.person) if promise.person else None
        clash = _clash(session, promise)
        responsible = user_names(session, [promise.user_id]).get(promise.user_id, "") if promise.user_id else ""
    shown = {"promise": promise, "person": person, "clash": clash, "responsible": responsible}
    return _render("promise.html", promise.client_id, **shown, settle_form=SettleForm())


@blueprint.route("/promises/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def edit_promise(record_id: int) -> Answer:
    """Change a promise; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = PromiseForm()
    with reading() as session:
        promise = find(session, Promise, record_id)
        form.offer(session, promise.client_id, promise)
    form.fill(promise)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Promise changed"),
            lambda session: _with_clash(
                session, service.change_promise(session, record_id, form.values(), form.version_number)
            ),
            promise.version,
        )
        if saved is not None:
            toast(_("The promise is saved."))
            return _back(*saved)
    return _show_form(promise.client_id, form, promise)


@blueprint.post("/promises/<int:record_id>/settle")
@require(EDIT_ACTIVITIES)
def settle_promise(record_id: int) -> Answer:
    """Say how a promise ended, or that it is open again."""
    with reading() as session:
        promise = find(session, Promise, record_id)
    form, status = SettleForm(), request.form.get("status", "")
    if status not in _SAID or not form.validate():
        wrong = form.all_errors()
        toast(wrong[0][1] if wrong else _("Choose one of the values offered."), kind="error")
        return redirect(url_for("crm_inquiries.show_promise", record_id=record_id))
    try:
        with transaction(_("Promise settled")) as session:
            service.settle_promise(session, record_id, status, form.fulfilled_on.data)
    except InvalidInput as wrong:
        toast(next(iter(wrong.errors.values())), kind="error")
    else:
        toast(_SAID[status])
    return redirect(url_for("crm_inquiries.show_promises", record_id=promise.client_id))


@blueprint.post("/promises/<int:record_id>/archive")
@require(EDIT_ACTIVITIES)
def archive_promise(record_id: int) -> Answer:
    """Put away a promise that was written down by mistake."""
    with transaction(_("Promise archived")) as session:
        promise = service.archive_promise(session, record_id)
    toast(_("The promise is archived."), undo=url_for("crm_inquiries.restore_promise", record_id=record_id))
    return redirect(url_for("crm_inquiries.show_promises", record_id=promise.client_id))


@blueprint.post("/promises/<int:record_id>/restore")
@require(EDIT_ACTIVITIES)
def restore_promise(record_id: int) -> Answer:
    """Take a promise out of the archive."""
    with transaction(_("Promise restored")) as session:
        promise = service.restore_promise(session, record_id)
    toast(_("The promise is back."))
    return redirect(url_for("crm_inquiries.show_promises", record_id=promise.client_id))


def _clash(session: Session, promise: Promise) -> Any:
    return service.clash_of(session, promise, company_country(), current_formats().zone)


def _with_clash(session: Session, promise: Promise) -> tuple[Promise, Any]:
    return promise, _clash(session, promise)


def _back(promise: Promise, clash: Any) -> Response:
    if clash is not None:
        toast(clash, kind="warning")
    return redirect(url_for("crm_inquiries.show_promises", record_id=promise.client_id))


def _show_form(client_id: int, form: PromiseForm, promise: Promise | None) -> Answer:
    back = url_for("crm_inquiries.show_promises", record_id=client_id)
    page = _render("promise_form.html", client_id, form=form, promise=promise, cancel_url=back)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _render(template: str, client_id: int, **context: Any) -> str:
    return render_card(f"crm_inquiries/promises/{template}", client_id, tab=TAB, today=today(), **context)
