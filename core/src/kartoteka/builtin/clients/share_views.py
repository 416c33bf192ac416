"""Sharing a client with one more user, and taking it back."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import load_card
from kartoteka.builtin.clients.fields import SHARE
from kartoteka.builtin.clients.forms import ShareForm
from kartoteka.builtin.clients.sharing import end_share, list_shares, share_client
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast


@blueprint.route("/<int:record_id>/shares/new", methods=["GET", "POST"])
@require(SHARE)
def new_share(record_id: int) -> str | Response | tuple[str, int]:
    """Choose a user, give the reason and a last day."""
    form = ShareForm()
    with reading() as session:
        card = load_card(session, record_id)
        seers = [card.client.manager_id, *(share.user_id for share in list_shares(session, record_id))]
        form.offer(session, filter(None, seers))
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Client shared"),
            lambda session: share_client(session, record_id, form.user.data, form.reason.data or "", form.until.data),
        )
        if saved is not None:
            toast(_("The client is shared."))
            return redirect(url_for("clients.show_client", record_id=record_id))
    page = render("clients/share_form.html", card=card, client=card.client, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/shares/<int:share_id>/end")
@require(SHARE)
def stop_sharing(share_id: int) -> Response:
    """Take a share back."""
    with transaction(_("Sharing ended")) as session:
        client_id = end_share(session, share_id)
    toast(_("The client is not shared with this user any more."))
    return redirect(url_for("clients.show_client", record_id=client_id))
