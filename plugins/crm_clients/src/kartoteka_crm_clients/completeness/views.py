"""Pages of completeness: the company as a whole, and weights."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import reading
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka.api.web import render, require, toast
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.classes.queries import setting_of
from kartoteka_crm_clients.completeness.fields import BY_NAME, ITEMS, WEIGHTS_RIGHT
from kartoteka_crm_clients.completeness.forms import WeightsForm
from kartoteka_crm_clients.completeness.queries import WEIGHTS, all_of, figures_by_manager
from kartoteka_crm_clients.completeness.service import save_weights
from kartoteka_crm_clients.fields import VIEW

_ = Texts("crm_clients")

Answer = str | Response | tuple[str, int]


@blueprint.get("/completeness/")
@require(VIEW)
def show_completeness() -> Answer:
    """Show how complete the cards of clients are: in all, by field and by manager (CL-44)."""
    with reading() as session:
        figures = figures_by_manager(session)
        names = user_names(session, sorted(one for one in figures if one is not None))
    whole = all_of(figures)
    items = sorted(whole.items.items(), key=lambda pair: pair[1][0] / pair[1][1] if pair[1][1] else 1.0)
    managers = sorted(
        ((manager, names.get(manager or 0, ""), found) for manager, found in figures.items()),
        key=lambda row: row[2].average,
    )
    return render(
        "crm_clients/completeness/overview.html",
        whole=whole,
        items=[(BY_NAME[name], filled, of) for name, (filled, of) in items if of],
        managers=managers,
        list_path=f"{request.script_root}/clients/",
    )


@blueprint.route("/completeness/weights", methods=["GET", "POST"])
@require(VIEW, WEIGHTS_RIGHT)
def edit_weights() -> Answer:
    """Choose what a complete card says, and how much each of it weighs."""
    form = WeightsForm()
    with reading() as session:
        form.fill({**{one.name: one.weight for one in ITEMS}, **setting_of(session, WEIGHTS)})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Weights of completeness changed"), lambda session: save_weights(session, form.values())
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_clients.show_completeness"))
    page = render("crm_clients/completeness/weights.html", form=form)
    return (page, 422) if form.is_submitted() else page
