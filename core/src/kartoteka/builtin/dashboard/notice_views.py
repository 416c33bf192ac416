"""Pages of notices, for those who post them."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.dashboard import queries, service
from kartoteka.builtin.dashboard.blueprint import blueprint
from kartoteka.builtin.dashboard.forms import NoticeForm
from kartoteka.builtin.dashboard.models import Notice
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.db.session import find, reading, transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.i18n import today
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
LIST = "dashboard.show_notices"


@blueprint.get("/notices")
@require(MANAGE_NOTICES)
def show_notices() -> Answer:
    """List notices, the newest first; ``archived`` shows those put away, ``before`` continues."""
    archived, before = "archived" in request.args, request.args.get("before", type=int)
    with reading() as session:
        rows = queries.list_notices(session, archived=archived, before=before)
    older = rows[queries.PAGE - 1].Notice.id if len(rows) > queries.PAGE else None
    shown = rows[: queries.PAGE]
    return render("dashboard/notices.html", rows=shown, archived=archived, before=before, older=older, today=today())


@blueprint.route("/notices/new", methods=["GET", "POST"])
@require(MANAGE_NOTICES)
def post_notice() -> Answer:
    """Post a notice."""
    form = NoticeForm()
    form.fill({"valid_from": today()})
    if form.validate_on_submit():
        saved = save_form(form, _("Notice posted"), lambda session: service.post_notice(session, form.values()))
        if saved is not None:
            toast(_("The notice is posted."))
            return redirect(url_for(LIST))
    return render("dashboard/notice.html", form=form, notice=None), 422 if form.is_submitted() else 200


@blueprint.route("/notices/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_NOTICES)
def show_notice(record_id: int) -> Answer:
    """Show and change a notice."""
    form = NoticeForm()
    with reading() as session:
        notice = find(session, Notice, record_id)
    form.fill(notice)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Notice changed"),
            lambda session: service.change_notice(session, record_id, form.values(), form.version_number),
            notice.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(LIST))
    return render("dashboard/notice.html", form=form, notice=notice), 422 if form.is_submitted() else 200


@blueprint.post("/notices/<int:record_id>/state")
@require(MANAGE_NOTICES)
def set_notice_state(record_id: int) -> Answer:
    """Put a notice away (``to=archived``), back (``to=active``), or delete it (``to=deleted``)."""
    wanted = request.form.get("to")
    with reading() as session:
        find(session, Notice, record_id)
    if wanted == "deleted":
        with transaction(_("Notice deleted")) as session:
            service.delete_notice(session, record_id)
        toast(_("The notice is deleted."))
    elif wanted in ("active", "archived"):
        with transaction(_("Notice archived") if wanted == "archived" else _("Notice restored")) as session:
            service.archive_notice(session, record_id, archived=wanted == "archived")
        toast(_("Saved."))
    return redirect(url_for(LIST))
