"""Pages of reports: the list of those one may see, a report with its parameters, its chart while the page is open."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.reports.asking import Asked, ask, run
from kartoteka.builtin.reports.pivot import COUNT, PARTS, axes_of, figures_of
from kartoteka.builtin.reports.running import Result, body_columns
from kartoteka.builtin.reports.showing import Showing
from kartoteka.db.journal import newest_entry, was_changed_since
from kartoteka.db.session import Session, reading
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.work import Report
from kartoteka.vocabulary.errors import Forbidden, NotFound, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, signed_in
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.pages import is_fragment, render

blueprint = ModuleBlueprint("reports", __name__)

Answer = str | Response | tuple[str, int]
SECONDS = 5
"""How often an open page asks whether its chart has changed (CORE-10 wants it within 10 seconds)."""


@blueprint.get("/")
@signed_in
def show_reports() -> Answer:
    """List the reports of active modules that the visitor has the right to, by module."""
    with reading() as session:
        reports = sorted(dispatch.reports(session), key=lambda report: report.module)
    registry = current().registry
    groups = [(registry.module(name), list(members)) for name, members in groupby(reports, key=lambda one: one.module)]
    return render("reports/reports.html", groups=groups)


@blueprint.get("/<module>/<name>")
@signed_in
def show_report(module: str, name: str) -> Answer:
    """Show a report with its parameters, sums, chart and pivot table."""
    asked = asked_report(module, name)
    if not asked.is_sound:
        return render("reports/report.html", **_page(asked, None)), 422
    try:
        with reading() as session:
            mark = newest_entry(session)
            result = run(session, asked)
    except Problem as problem:
        if asked.form is None:
            raise
        asked.form.take_problem(problem)
        return render("reports/report.html", **_page(asked, None)), 422
    page = render("reports/report.html", **_page(asked, result), mark=mark, failed=result is None)
    return page, 500 if result is None else 200


@blueprint.get("/<module>/<name>/chart")
@signed_in
def show_chart(module: str, name: str) -> Answer:
    """Show the chart anew when records of the report's kinds were changed after ``mark``; open pages ask for it."""
    asked = asked_report(module, name)
    if not is_fragment():
        return redirect(url_for("reports.show_report", module=module, name=name, **asked.query))
    if not asked.is_sound:
        return "", 204
    with reading() as session:
        mark = newest_entry(session)
        if not was_changed_since(session, read_id(request.args.get("mark")) or 0, asked.report.kinds):
            return "", 204
        shown = chart_of(session, asked)
    return render("reports/chart_alone.html", asked=asked, chart=shown, mark=mark, box=asked_id("box"), every=SECONDS)


def chart_of(session: Session, asked: Asked) -> dict[str, Any] | None:
    """Return the chart of a report in the reader's words, None when there is nothing to draw or it cannot be made."""
    try:
        result = run(session, asked, limit=0)
    except Problem:
        return None
    return None if result is None else Showing(asked).chart(result)


def asked_report(module: str, name: str) -> Asked:
    """Return the report as the request asks for it; raises NotFound, and Forbidden naming the missing right."""
    return ask(find_report(module, name), request.args.to_dict(flat=False))


def find_report(module: str, name: str) -> Report:
    """Return a report of an active module that the visitor has the right to."""
    report = current().registry.find_report(f"{module}.{name}")
    if report is None or report.module not in modules_on():
        raise NotFound
    if not visitor().can(report.permission):
        raise Forbidden(permission=report.permission)
    return report


def _page(asked: Asked, result: Result | None) -> dict[str, Any]:
    report = asked.report
    shown: dict[str, Any] = {
        "asked": asked,
        "report": report,
        "owner": current().registry.module(report.module),
        "form": asked.form,
        "result": result,
        "columns": body_columns(report),
        "query": asked.query,
        "every": SECONDS,
        "box": None,
        **_turning(asked),
    }
    return shown if result is None else {**shown, **Showing(asked).page(result)}


def _turning(asked: Asked) -> dict[str, Any]:
    """Return what a report can be grouped by, for the form."""
    axes = [
        (axis.code, f"{axis.column.title}, {PARTS[axis.part]}" if axis.part else str(axis.column.title))
        for axis in axes_of(asked.report)
    ]
    figures = [(COUNT, str(_("Rows"))), *((name, str(one.title)) for name, one in figures_of(asked.report).items())]
    chosen = {name: (asked.query.get(name) or [""])[0] for name in ("pivot_by", "pivot_across", "pivot_of")}
    return {"axes": axes, "figures": figures, "chosen": chosen}
