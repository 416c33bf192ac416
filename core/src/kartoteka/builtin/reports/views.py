"""Pages of reports: the list of those one may see, a report with its parameters, its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from typing import Any

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.reports import cells
from kartoteka.builtin.reports.running import Result, body_columns, run_report, summed_columns
from kartoteka.db.audit import audit
from kartoteka.db.session import reading, transaction, workplace
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.work import Report
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.errors import Forbidden, NotFound, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint, signed_in
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.downloads import csv_response, xlsx_response
from kartoteka.web.i18n import current_formats
from kartoteka.web.pages import render

blueprint = ModuleBlueprint("reports", __name__)

Answer = str | Response | tuple[str, int]
Row = Mapping[str, Any]


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
    """Show a report with its parameters, sums and chart."""
    report = _find_report(module, name)
    form = _read_params(report)
    if not _is_sound(form):
        return render("reports/report.html", **_page(report, form, None)), 422
    try:
        result = _run(report, _values(form))
    except Problem as problem:
        if form is None:
            raise
        form.take_problem(problem)
        return render("reports/report.html", **_page(report, form, None)), 422
    page = render("reports/report.html", **_page(report, form, result), failed=result is None)
    return page, 500 if result is None else 200


@blueprint.route("/<module>/<name>.csv", methods=["GET", "POST"], endpoint="download_csv")
@blueprint.route("/<module>/<name>.xlsx", methods=["GET", "POST"], endpoint="download_xlsx")
@signed_in
def download(module: str, name: str) -> Answer:
    """Send all rows of a report as a file (POST), noted in the audit log.

    GET and wrong parameters lead to the page of the report: it has the buttons, and says what is wrong.
    """
    report = _find_report(module, name)
    form = _read_params(report)
    if request.method != "POST" or not _is_sound(form):
        return redirect(url_for("reports.show_report", module=module, name=name, **_query(form)))
    is_csv = request.endpoint == "reports.download_csv"
    filename = f"{name}-{current_formats().today().isoformat()}.{'csv' if is_csv else 'xlsx'}"
    rows = _begun(_rows_of(report, _values(form)))
    _note_download(report, "csv" if is_csv else "xlsx")
    return (csv_response if is_csv else xlsx_response)(rows, report.columns, filename)


def _note_download(report: Report, kind: str) -> None:
    """Write into the audit chain that data left the house."""
    with transaction() as session:
        audit(session, "report.downloaded", subject=report.key, facts={"report": report.key, "file": kind})


def _find_report(module: str, name: str) -> Report:
    report = current().registry.find_report(f"{module}.{name}")
    if report is None or report.module not in modules_on():
        raise NotFound
    if not visitor().can(report.permission):
        raise Forbidden(permission=report.permission)
    return report


def _read_params(report: Report) -> Any:
    """Return the report's form, filled from the address if that names any of its fields; None without parameters."""
    if report.params is None:
        return None
    blank = report.params(formdata=None, meta={"csrf": False})
    if not _query(blank):
        return blank
    return report.params(formdata=request.args, meta={"csrf": False})


def _is_sound(form: Any) -> bool:
    """Tell whether the parameters can be used; defaults, which nobody has typed, always can."""
    return form is None or not _query(form) or form.validate()


def _values(form: Any) -> dict[str, Any]:
    return {} if form is None else form.values()


def _query(form: Any) -> dict[str, list[str]]:
    """Return the parameters in the address, for links to the same report."""
    if form is None:
        return {}
    names = (field.name for field in form.data_fields)
    return {name: request.args.getlist(name) for name in names if name in request.args}


def _run(report: Report, params: dict[str, Any]) -> Result | None:
    """Return the result, or None when the module's code failed; raises the Problem that the report refuses with."""

    def run() -> Result | Problem:
        try:
            return run_report(report, report.rows(session, params))
        except Problem as problem:
            return problem

    with reading() as session:
        answer = attempt(session, f"report {report.key}", report.module, run).value
    if isinstance(answer, Problem):
        raise answer
    return answer


def _rows_of(report: Report, params: dict[str, Any]) -> Iterator[Row]:
    place = workplace.get()
    with place.database.reading(place.actor) as session:
        yield from report.rows(session, params)


def _begun(rows: Iterator[Row]) -> Iterable[Row]:
    """Read the first row at once: an error there still becomes a page, not a broken file."""
    for first in rows:
        return chain([first], rows)
    return []


def _page(report: Report, form: Any, result: Result | None) -> dict[str, Any]:
    columns = body_columns(report)
    shown: dict[str, Any] = {
        "report": report,
        "owner": current().registry.module(report.module),
        "form": form,
        "result": result,
        "columns": columns,
        "query": _query(form),
        "summed": {column.name for column in summed_columns(report)},
    }
    if result is not None:
        makers = [(column, cells.cell_of(column)) for column in columns]
        shown["sections"] = [
            (
                section.heading,
                cells.heading_of(section.heading),
                [[(c, make(row)) for c, make in makers] for row in section.rows],
            )
            for section in result.sections
        ]
        shown["chart"] = _chart(report, result)
    return shown


def _chart(report: Report, result: Result) -> dict[str, Any] | None:
    chart, declared = result.chart, report.chart
    if chart is None or declared is None or len(chart.points) < 2:
        return None
    titles = {column.name: column.title for column in report.columns}
    title = titles[declared.value] if declared.value else _("Rows")
    labels = [cells.plain(label) for label, _number in chart.points]
    return {
        "drawing": chart.drawing(labels, str(title)),
        "label_title": titles[declared.label],
        "value_title": title,
        "points": list(zip(labels, (number for _label, number in chart.points), strict=True)),
        "left_out": chart.left_out,
    }
