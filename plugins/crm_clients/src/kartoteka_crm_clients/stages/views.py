"""Pages of stages: the tab with the time axis, and the form that changes the stage."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, transaction
from kartoteka.api.directories import directory_choices
from kartoteka.api.errors import Problem
from kartoteka.api.forms import ChoiceField, DateField, Form
from kartoteka.api.texts import Texts
from kartoteka.api.web import render_card, require, toast, today
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.stages import queries, service
from kartoteka_crm_clients.stages.fields import STAGES, TAB
from kartoteka_crm_clients.stages.models import Stage
from kartoteka_crm_clients.stages.rules import WIDTH

_ = Texts("crm_clients")


class StageForm(Form):
    """The stage that a relationship has come to."""

    stage_id = ChoiceField(_("New stage"), choices=directory_choices(STAGES), required=True)
    since = DateField(_("Since"), required=True, default=today)


@blueprint.route("/clients/<int:record_id>/relationship", methods=["GET"])
@require(VIEW)
def show_relationship(record_id: int) -> str:
    """Draw the stages of a client on a time axis, with the days in each."""
    with reading() as session:
        find(session, Client, record_id)
    form = StageForm()
    form.fill({"since": today()})
    return _render(record_id, form)


@blueprint.post("/clients/<int:record_id>/relationship")
@require(VIEW, EDIT)
def change_stage(record_id: int) -> str | Response | tuple[str, int]:
    """Bring the relationship with a client to another stage."""
    with reading() as session:
        find(session, Client, record_id)
    form = StageForm()
    if form.validate_on_submit():
        try:
            with transaction(_("Stage of a relationship changed")) as session:
                values = form.values()
                changed = service.set_stage(session, record_id, values["stage_id"], values["since"], today=today())
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("The relationship has a new stage.") if changed else _("This is the present stage already."))
            return redirect(url_for("crm_clients.show_relationship", record_id=record_id))
    return _render(record_id, form), 422


@blueprint.get("/stages/<int:record_id>")
@require(VIEW)
def show_stage(record_id: int) -> Response:
    """Lead to the stage on its client's axis."""
    with reading() as session:
        stage = find(session, Stage, record_id)
    return redirect(url_for("crm_clients.show_relationship", record_id=stage.client_id, _anchor=f"stage-{record_id}"))


def _render(client_id: int, form: StageForm) -> str:
    with reading() as session:
        stages = queries.stages_of(session, client_id, today())
    return render_card("crm_clients/stages/page.html", client_id, tab=TAB, stages=stages, form=form, width=WIDTH)
