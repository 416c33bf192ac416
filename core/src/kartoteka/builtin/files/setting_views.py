"""The page on which the company says what it takes into its register."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.files.blueprint import blueprint
from kartoteka.builtin.files.fields import MANAGE
from kartoteka.builtin.files.forms import LimitsForm
from kartoteka.builtin.files.limits import limits_of, save_limits
from kartoteka.builtin.files.models import KIND_DIRECTORY, STATUS_DIRECTORY
from kartoteka.builtin.files.naming import FORBIDDEN
from kartoteka.db.session import reading
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast


@blueprint.route("/settings", methods=["GET", "POST"])
@require(MANAGE)
def show_settings() -> str | Response | tuple[str, int]:
    """Show and change how large documents may be and which sorts of files are not taken."""
    form = LimitsForm()
    with reading() as session:
        limits = limits_of(session)
    form.fill({"largest": limits.largest, "refused": " ".join(limits.refused)})
    if form.validate_on_submit():
        saved = save_form(form, _("Settings changed"), lambda session: save_limits(session, form.values()))
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("files.show_settings"))
    page = render(
        "files/settings.html",
        form=form,
        forbidden=sorted(FORBIDDEN),
        directories=(KIND_DIRECTORY, STATUS_DIRECTORY),
    )
    return page, 422 if form.is_submitted() else 200
