"""Pages of webhooks: whom we tell of changes, and how it went."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.rest.blueprint import blueprint
from kartoteka.builtin.rest.forms import WebhookForm
from kartoteka.builtin.rest.models import FAILED, SENT, WAITING, Webhook
from kartoteka.builtin.rest.rights import MANAGE
from kartoteka.builtin.rest.webhooks import managing, reading_log
from kartoteka.db.session import find, reading, transaction
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import require
from kartoteka.web.current import current
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
STATES = {WAITING: (_("waiting"), "planned"), SENT: (_("sent"), "done"), FAILED: (_("given up"), "overdue")}


@blueprint.get("/webhooks")
@require(MANAGE)
def show_webhooks() -> Answer:
    """List all webhooks."""
    with reading() as session:
        rows = reading_log.list_webhooks(session)
    return render("rest/webhooks.html", rows=rows)


@blueprint.route("/webhooks/new", methods=["GET", "POST"])
@require(MANAGE)
def add_webhook() -> Answer:
    """Add a webhook; its secret is shown on the page that answers, this once."""
    form = WebhookForm()
    del form.enabled
    if form.validate_on_submit():
        try:
            managing.check_address(form.url.data or "", private=current().database.private_targets)
            with transaction() as session:
                webhook, secret = managing.add_webhook(session, **_values(form))
        except Problem as problem:
            form.take_problem(problem)
        else:
            return render("rest/made_webhook.html", webhook=webhook, secret=secret)
    return render("rest/webhook_form.html", form=form, webhook=None), 422 if form.is_submitted() else 200


@blueprint.route("/webhooks/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE)
def show_webhook(record_id: int) -> Answer:
    """Show a webhook and what was sent to it; ``before`` continues."""
    before = read_id(request.args.get("before"))
    with reading() as session:
        webhook = find(session, Webhook, record_id)
        log = reading_log.log_of(session, record_id, before=before)
    form = WebhookForm()
    form.fill(webhook)
    if form.validate_on_submit():
        try:
            managing.check_address(form.url.data or "", private=current().database.private_targets)
            with transaction() as session:
                managing.change_webhook(session, record_id, **_values(form), enabled=bool(form.enabled.data))
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("Saved."))
            return redirect(url_for("rest.show_webhook", record_id=record_id))
    page = render("rest/webhook.html", form=form, webhook=webhook, log=log, states=STATES, before=before)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/webhooks/<int:record_id>/ping")
@require(MANAGE)
def send_ping(record_id: int) -> Answer:
    """Send a message that means nothing."""
    with transaction() as session:
        managing.send_ping(session, record_id)
    toast(_("A test message is on its way."))
    return redirect(url_for("rest.show_webhook", record_id=record_id))


@blueprint.post("/webhooks/<int:record_id>/remove")
@require(MANAGE)
def remove_webhook(record_id: int) -> Answer:
    """Remove a webhook."""
    with transaction() as session:
        managing.remove_webhook(session, record_id)
    toast(_("The webhook is removed."))
    return redirect(url_for("rest.show_webhooks"))


@blueprint.post("/webhooks/messages/<int:record_id>/again")
@require(MANAGE)
def send_again(record_id: int) -> Answer:
    """Send a message once more."""
    with transaction() as session:
        delivery = managing.send_again(session, record_id)
    toast(_("The message is sent once more."))
    return redirect(url_for("rest.show_webhook", record_id=delivery.webhook_id))


def _values(form: WebhookForm) -> dict[str, Any]:
    return {"title": form.title.data or "", "url": form.url.data or "", "kinds": form.kinds.data or ()}
