"""What an address asks of a report: which one, with which parameters, turned how; and the answer.

The same is asked by pages, by files and by the job that sends reports, so nothing here needs a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kartoteka.builtin.reports.pivot import Pivot, read_pivot
from kartoteka.builtin.reports.running import ROWS_ON_A_PAGE, Result, Row, run_report
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Report
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.errors import Problem

PIVOT = ("pivot_by", "pivot_across", "pivot_of")
Address = Mapping[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A report as it is asked for; ``form`` is None for one without parameters.

    ``query`` are the parts of the address that belong to it, for links to the same.
    """

    report: Report
    form: Any
    pivot: Pivot | None
    query: dict[str, list[str]]

    @property
    def params(self) -> dict[str, Any]:
        """The values of the parameters."""
        return {} if self.form is None else self.form.values()

    @property
    def is_sound(self) -> bool:
        """Whether the parameters can be used; defaults, which nobody has typed, always can."""
        typed = self.form is not None and any(name in self.query for name in names_of(self.form))
        return not typed or bool(self.form.validate())


def ask(report: Report, address: Address) -> Asked:
    """Read what an address asks of a report; parameters that it does not name have their defaults."""
    form = None
    if report.params is not None:
        form = report.params(formdata=None, meta={"csrf": False})
        given = {name: address[name] for name in names_of(form) if name in address}
        if given:
            form = report.params(formdata=MultiDict(given), meta={"csrf": False})
    names = (*(names_of(form) if form is not None else ()), *PIVOT)
    query = {name: list(address[name]) for name in names if name in address}
    pivot = read_pivot(report, {name: address[name][0] for name in PIVOT if address.get(name)})
    return Asked(report, form, pivot, query)


def names_of(form: Any) -> list[str]:
    """Return the names of a form's parameters in addresses."""
    return [field.name for field in form.data_fields]


def run(session: Session, asked: Asked, limit: int = ROWS_ON_A_PAGE) -> Result | None:
    """Return the result, None when the module's code failed; raises the Problem that the report refuses with."""
    report = asked.report

    def made() -> Result | Problem:
        try:
            return run_report(report, report.rows(session, asked.params), limit, asked.pivot)
        except Problem as problem:
            return problem

    answer = attempt(session, f"report {report.key}", report.module, made).value
    if isinstance(answer, Problem):
        raise answer
    return answer


def rows_of(session: Session, asked: Asked) -> Iterable[Row]:
    """Return all rows of a report."""
    return asked.report.rows(session, asked.params)
