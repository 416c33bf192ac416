"""Pages of the registers: what is loaded and the upload; differences from clients, each decided by one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.errors import InvalidInput, Problem
from kartoteka.api.texts import Message, Texts
from kartoteka.api.web import render, require, takes_files, toast, visitor
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.registers import deciding, loading, queries, service, uploads
from kartoteka_crm_clients.registers.comparing import mark_title
from kartoteka_crm_clients.registers.fields import (
    DECISIONS,
    LEFT,
    MANAGE,
    OPEN,
    OVER,
    REGISTER_TITLES,
    STAGE_TITLES,
    TAKEN,
    WHAT_TITLES,
)
from kartoteka_crm_clients.registers.models import RegisterDifference, RegisterLoad
from kartoteka_crm_clients.registers.reading import LARGEST_UPLOAD

_ = Texts("crm_clients")
Answer = str | Response | tuple[str, int]


@blueprint.get("/registers/")
@require(MANAGE)
def show_registers() -> Answer:
    """Show which registers are loaded, the upload, and what was loaded before."""
    return _registers(None)


@blueprint.post("/registers/load")
@require(MANAGE)
@takes_files(LARGEST_UPLOAD + 1024 * 1024)
def load_register() -> Answer:
    """Take a register's file in; it is read in the background."""
    country = request.form.get("country", "")[:10]
    file = request.files.get("file")
    folder = ""
    try:
        if file is None or not file.filename:
            raise InvalidInput({"file": _("Choose a file.")})
        with reading() as session:
            folder = uploads.take_in(session, file.stream)  # type: ignore[arg-type]
        with transaction(_("Company register loaded")) as session:
            loading.start_load(session, country, file.filename, folder, visitor().id)
    except Problem as problem:
        if folder:
            with reading() as session:
                uploads.remove_folder(session, folder)
        return _registers(problem), 422
    toast(_("The file is being loaded in the background."))
    return redirect(url_for("crm_clients.show_registers"))


@blueprint.get("/registers/loads/<int:record_id>")
@require(MANAGE)
def show_register_load(record_id: int) -> Answer:
    """Show what came of a file, and which of its lines could not be read."""
    with reading() as session:
        load = find(session, RegisterLoad, record_id)
    return render(
        "crm_clients/registers/load.html",
        load=load,
        register_titles=REGISTER_TITLES,
        stage_titles=STAGE_TITLES,
        problem_words=service.problem_words,
    )


@blueprint.get("/registers/differences/")
@require(VIEW)
def list_differences() -> Answer:
    """List what registers say otherwise than the cards of the clients one sees; ``decision`` chooses which ones."""
    decision = request.args.get("decision", OPEN)
    decision = decision if decision in (OPEN, TAKEN, LEFT, OVER) else OPEN
    before = request.args.get("before", type=int)
    with reading() as session:
        rows, more = queries.page_of_differences(session, decision, before)
    return _differences(rows, more=more, decision=decision)


@blueprint.get("/registers/differences/<int:record_id>")
@require(VIEW)
def show_difference(record_id: int) -> Answer:
    """Show one difference."""
    with reading() as session:
        decision = find(session, RegisterDifference, record_id).decision
        rows = queries.differences(session, RegisterDifference.id == record_id, limit=1)
    return _differences(rows, more=False, decision=decision)


@blueprint.post("/registers/differences/<int:record_id>/take")
@require(EDIT)
def take_difference(record_id: int) -> Answer:
    """Take over what the register says."""
    return _decide(record_id, _("Taken over from the company register"), deciding.take_over, _("Taken over."))


@blueprint.post("/registers/differences/<int:record_id>/leave")
@require(EDIT)
def leave_difference(record_id: int) -> Answer:
    """Leave the card as it is."""
    told = _("The card stays as it is.")
    return _decide(record_id, _("Left otherwise than in the company register"), deciding.leave, told)


def _decide(record_id: int, title: Message, decide: Callable[[Session, int], Any], told: Message) -> Answer:
    with reading() as session:
        client_id = find(session, RegisterDifference, record_id).client_id
    try:
        with transaction(title) as session:
            decide(session, record_id)
    except InvalidInput as problem:
        toast(" ".join(str(text) for text in problem.errors.values()), "warning")
    except Problem as problem:
        toast(str(problem), "warning")
    else:
        toast(told)
    if request.form.get("from") == "card":
        return redirect(url_for("clients.show_client", record_id=client_id))
    return redirect(url_for("crm_clients.list_differences"))


def _registers(problem: Problem | None) -> str:
    before = request.args.get("before", type=int)
    with reading() as session:
        loads, more = queries.page_of_loads(session, before)
        newest = queries.newest_loads(session)
    return render(
        "crm_clients/registers/registers.html",
        loads=loads,
        more=more,
        newest=newest,
        register_titles=REGISTER_TITLES,
        stage_titles=STAGE_TITLES,
        problem=problem,
        chosen=request.form.get("country", ""),
        most=LARGEST_UPLOAD >> 20,
    )


def _differences(rows: list[Any], *, more: bool, decision: str) -> str:
    return render(
        "crm_clients/registers/differences.html",
        rows=rows,
        more=more,
        decision=decision,
        decisions=DECISIONS,
        what_titles=WHAT_TITLES,
        mark_title=mark_title,
        may_decide=visitor().can(EDIT) and visitor().can("clients.edit"),
    )
