"""Pages of classes: the matrix, the runs before, limits."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.web import render, require, toast
from kartoteka.api.work import enqueue, job_url
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.classes import queries, service
from kartoteka_crm_clients.classes.fields import ABC, CLASSES, MANAGE, NO_XYZ, XYZ
from kartoteka_crm_clients.classes.forms import LimitsForm
from kartoteka_crm_clients.classes.job import JOB
from kartoteka_crm_clients.classes.models import Turnover

_ = Texts("crm_clients")

Answer = str | Response | tuple[str, int]
SHOWN_RUNS = 36


@blueprint.get("/classes/")
@require(CLASSES)
def show_classes() -> Answer:
    """Show how many clients are in each ABC and XYZ class, of those the visitor sees (CL-46, CL-47)."""
    with reading() as session:
        run = queries.latest_run(session)
        cells = queries.matrix_of(session, run.id) if run is not None else {}
        source = queries.chosen_source(session)
    columns = (*XYZ, NO_XYZ)
    return render(
        "crm_clients/classes/matrix.html",
        run=run,
        cells=cells,
        rows=ABC,
        columns=columns,
        empty=queries.Cell(),
        drawing=_drawing(cells, columns),
        source=source,
        list_path=f"{request.script_root}/clients/",
    )


@blueprint.get("/classes/history")
@require(CLASSES)
def show_class_history() -> Answer:
    """Show how many clients were in each class in the runs before."""
    with reading() as session:
        runs = queries.runs_with_counts(session, SHOWN_RUNS)
    return render("crm_clients/classes/history.html", runs=runs, abc=ABC, xyz=(*XYZ, NO_XYZ))


@blueprint.post("/classes/recalculate")
@require(CLASSES, MANAGE)
def recalculate_classes() -> Answer:
    """Classify all clients anew, in the background."""
    with transaction(_("Classification asked for")) as session:
        job_id = enqueue(session, JOB, title=_("Classify clients by turnover"), url="/crm_clients/classes/")
    return redirect(f"{request.script_root}{job_url(job_id)}")


@blueprint.route("/classes/limits", methods=["GET", "POST"])
@require(CLASSES, MANAGE)
def edit_limits() -> Answer:
    """Choose the limits of classes and the source of turnover."""
    form = LimitsForm()
    with reading() as session:
        form.fill(queries.limits_of(session))
    if form.validate_on_submit():
        saved = save_form(
            form, _("Limits of classes changed"), lambda session: service.save_limits(session, form.values())
        )
        if saved is not None:
            toast(_("Saved. The limits count from the next classification on."))
            return redirect(url_for("crm_clients.show_classes"))
    page = render("crm_clients/classes/limits.html", form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/turnover/<int:record_id>")
@require(CLASSES)
def show_turnover(record_id: int) -> Answer:
    """Lead from turnover to the card of its client."""
    with reading() as session:
        known = find(session, Turnover, record_id)
    return redirect(url_for("clients.show_client", record_id=known.client_id))


def _drawing(cells: Any, columns: Any) -> dict[str, Any]:
    """Return the instructions for the chart: turnover of each ABC class, parted by XYZ class."""
    colours = ("#2fb344", "#066fd1", "#f59f00", "#9ba9be")
    series = [
        {
            "label": str(column.title),
            "data": [round(cells.get((row.value, column.value), queries.Cell()).turnover) for row in ABC],
            "backgroundColor": colours[place],
        }
        for place, column in enumerate(columns)
    ]
    scales = {"x": {"stacked": True}, "y": {"stacked": True, "beginAtZero": True}}
    options = {"aspectRatio": 3, "animation": False, "scales": scales}
    return {"type": "bar", "data": {"labels": [str(one.title) for one in ABC], "datasets": series}, "options": options}
