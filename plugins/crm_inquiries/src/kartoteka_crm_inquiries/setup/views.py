"""Pages of processes and their stages (CORE-25)."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction
from kartoteka.api.errors import Problem
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import is_fragment, render, require, toast
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME
from kartoteka_crm_inquiries.inquiries.rules import SORTS
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, VIEW
from kartoteka_crm_inquiries.processes import changing, queries
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.service import ensure_processes
from kartoteka_crm_inquiries.setup.forms import ProcessForm, StageForm

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


@blueprint.get("/processes/")
@require(MANAGE_PROCESSES)
def list_processes() -> Answer:
    """List the processes with the number of their stages."""
    with reading() as session:
        processes = queries.processes_of(session, closed=True)
        numbers = queries.count_stages(session)
    return render("crm_inquiries/setup/processes.html", processes=processes, numbers=numbers, sorts=SORTS)


@blueprint.post("/processes/begin")
@require(MANAGE_PROCESSES)
def begin_processes() -> Answer:
    """Make the processes that a company begins with."""
    with transaction(_("Sales processes created")) as session:
        ensure_processes(session)
    toast(_("The default processes are added. Adapt them to how your company sells."))
    return redirect(url_for("crm_inquiries.list_processes"))


@blueprint.route("/processes/new", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def new_process() -> Answer:
    """Make a process."""
    form = ProcessForm()
    if form.validate_on_submit():
        made = save_form(form, _("Sales process created"), lambda session: changing.add_process(session, form.values()))
        if made is not None:
            return redirect(url_for("crm_inquiries.show_process", record_id=made.id))
    return _form(form, _("New process"), url_for("crm_inquiries.list_processes"))


@blueprint.get("/processes/<int:record_id>")
@require(VIEW, MANAGE_PROCESSES)
def show_process(record_id: int) -> Answer:
    """Show a process with its stages in their order."""
    with reading() as session:
        process = find(session, Process, record_id)
        stages = queries.stages_of(session, record_id, closed=True)
        names = dict(active_users(session))
    return render(
        "crm_inquiries/setup/process.html",
        process=process,
        stages=[one for one in stages if one.state == "active"],
        closed=[one for one in stages if one.state != "active"],
        names=names,
        titles={name: field.title for name, field in BY_NAME.items()},
        sorts=SORTS,
    )


@blueprint.route("/processes/<int:record_id>/edit", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def edit_process(record_id: int) -> Answer:
    """Rename a process, or change its promise."""
    form = ProcessForm()
    del form.sort
    with reading() as session:
        process = find(session, Process, record_id)
    form.fill(process)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Sales process changed"),
            lambda session: changing.change_process(session, record_id, form.values(), form.version_number),
            process.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_inquiries.show_process", record_id=record_id))
    return _form(form, process.name, url_for("crm_inquiries.show_process", record_id=record_id))


@blueprint.post("/processes/<int:record_id>/close")
@require(MANAGE_PROCESSES)
def close_process(record_id: int) -> Answer:
    """Take a process out of use."""
    _do(lambda session: changing.close_process(session, record_id), _("The process is closed."), Process, record_id)
    return redirect(url_for("crm_inquiries.list_processes"))


@blueprint.post("/processes/<int:record_id>/order")
@require(MANAGE_PROCESSES)
def order_stages(record_id: int) -> Answer:
    """Put the stages of a process into the order in which somebody has dragged them."""
    ids = [int(one) for one in request.form.get("ids", "")[:2000].split(",") if one.isascii() and one.isdigit()]
    with transaction(_("Stages reordered")) as session:
        changing.put_in_order(session, record_id, [one for one in ids if one < 10**9])
    if is_fragment():
        return Response(status=204)
    return redirect(url_for("crm_inquiries.show_process", record_id=record_id))


@blueprint.route("/processes/<int:record_id>/stages/new", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def new_stage(record_id: int) -> Answer:
    """Add a stage to a process."""
    with reading() as session:
        find(session, Process, record_id)
    form = StageForm()
    form.fill({"probability": 50, "next_in_days": 1})
    back = url_for("crm_inquiries.show_process", record_id=record_id)
    if form.validate_on_submit():
        made = save_form(form, _("Stage added"), lambda session: changing.add_stage(session, record_id, form.values()))
        if made is not None:
            toast(_("The stage is added."))
            return redirect(back)
    return _form(form, _("New stage"), back)


@blueprint.route("/stages/<int:record_id>", methods=["GET", "POST"])
@require(VIEW, MANAGE_PROCESSES)
def edit_stage(record_id: int) -> Answer:
    """Change a stage: its name, what it asks for, and what is done next."""
    with reading() as session:
        stage = find(session, Stage, record_id)
    form = StageForm()
    form.fill(stage)
    back = url_for("crm_inquiries.show_process", record_id=stage.process_id)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Stage changed"),
            lambda session: changing.change_stage(session, record_id, form.values(), form.version_number),
            stage.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(back)
    return _form(form, stage.name, back)


@blueprint.post("/stages/<int:record_id>/shift")
@require(MANAGE_PROCESSES)
def shift_stage(record_id: int) -> Answer:
    """Move a stage one place up or down."""
    by = 1 if request.form.get("way") == "down" else -1
    stage = _do(lambda session: changing.shift_stage(session, record_id, by), None, Stage, record_id)
    return redirect(url_for("crm_inquiries.show_process", record_id=stage.process_id))


@blueprint.post("/stages/<int:record_id>/close")
@require(MANAGE_PROCESSES)
def close_stage(record_id: int) -> Answer:
    """Take a stage out of use; one that nothing has ever been at is gone."""
    said = _("The stage is closed.")
    stage = _do(lambda session: changing.close_stage(session, record_id), said, Stage, record_id)
    return redirect(url_for("crm_inquiries.show_process", record_id=stage.process_id))


@blueprint.post("/stages/<int:record_id>/reopen")
@require(MANAGE_PROCESSES)
def reopen_stage(record_id: int) -> Answer:
    """Take a stage into use again."""
    said = _("The stage is in use again.")
    stage = _do(lambda session: changing.reopen_stage(session, record_id), said, Stage, record_id)
    return redirect(url_for("crm_inquiries.show_process", record_id=stage.process_id))


def _do(run: Any, said: Any, model: type[Any], id: int) -> Any:
    """Do something with a record and say so, or say why it is not done; returns the record as it was."""
    with reading() as session:
        record = find(session, model, id)
    try:
        with transaction(said or _("Stages reordered")) as session:
            run(session)
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        if said is not None:
            toast(said)
    return record


def _form(form: Any, title: Any, back: str) -> Answer:
    page = render("crm_inquiries/setup/form.html", form=form, title=title, cancel_url=back)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
