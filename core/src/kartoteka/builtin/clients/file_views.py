"""The documents of a client on a tab of its card."""

from __future__ import annotations

from flask import request

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import render_card
from kartoteka.builtin.clients.fields import VIEW
from kartoteka.builtin.clients.queries_card import kept_client
from kartoteka.builtin.files.queries import PAGE, SEE_FILES, choices_of_files, files_of_client
from kartoteka.builtin.inbox.service import address_for
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import reading
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require
from kartoteka.web.i18n import today


@blueprint.get("/<int:record_id>/files")
@require(VIEW, SEE_FILES)
def show_client_files(record_id: int) -> str:
    """List the documents of a client, the latest first; ``status`` limits them, ``archived`` shows those put away."""
    archived, status = "archived" in request.args, request.args.get("status", "")
    before = asked_id("before")
    with reading() as session:
        client_id = kept_client(session, record_id).client.id
        choices = choices_of_files(session)
        mail_in = address_for(session, client_id)
        status = status if status in choices.statuses else ""
        state = RecordState.ARCHIVED if archived else RecordState.ACTIVE
        rows = files_of_client(session, client_id, state=state, status=status, before=before, limit=PAGE + 1)
        names = user_names(session, [one.registered_by for one in rows if one.registered_by is not None])
    return render_card(
        "clients/files.html",
        record_id,
        tab="clients.files",
        files=rows[:PAGE],
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        before=before,
        archived=archived,
        status=status,
        names=names,
        choices=choices,
        mail_in=mail_in,
        today=today(),
        root=request.url_root.rstrip("/"),
    )
