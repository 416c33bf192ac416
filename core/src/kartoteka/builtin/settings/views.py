"""The page of the company's settings."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.settings.queries import NAMES, stored_settings
from kartoteka.builtin.settings.service import MANAGE, save_settings
from kartoteka.db.session import reading
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.company_form import CompanyForm
from kartoteka.web.current import current
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("settings", __name__)


@blueprint.route("/", methods=["GET", "POST"])
@require(MANAGE)
def show_company() -> str | Response | tuple[str, int]:
    """Show and change what the company says about itself."""
    with reading() as session:
        stored = stored_settings(session)
    in_force = {name: getattr(current().config, name, "") for name in NAMES}
    form = CompanyForm()
    form.fill({**in_force, **stored})
    if form.validate_on_submit():
        saved = save_form(form, _("Settings changed"), lambda session: save_settings(session, form.values()))
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("settings.show_company"))
    form.warn_about_codes()
    return render("settings/company.html", form=form), 422 if form.is_submitted() else 200
