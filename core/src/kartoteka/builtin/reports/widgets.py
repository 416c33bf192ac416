"""The box on the front page with the chart of a report, which keeps itself fresh while the page is open (CORE-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.builtin.reports.asking import ask
from kartoteka.builtin.reports.forms import ChartOptions
from kartoteka.builtin.reports.views import SECONDS, chart_of
from kartoteka.db.actor import Actor
from kartoteka.db.journal import newest_entry
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.message import text as _


def load_chart(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the chart of the chosen report, of the first one with a chart as long as none is chosen."""
    charted = [one for one in dispatch.reports(session) if one.chart is not None]
    wanted = options.get("report")
    report = next((one for one in charted if one.key == wanted), None if wanted else next(iter(charted), None))
    if report is None:
        return None
    asked, mark = ask(report, {}), newest_entry(session)
    return {"asked": asked, "chart": chart_of(session, asked), "mark": mark, "every": SECONDS}


WIDGETS = [
    Widget(
        name="chart",
        title=_("Chart of a report"),
        description=_("The chart of a report that you choose; a bar leads to the records behind it."),
        icon="chart-bar",
        permission=None,
        template="reports/chart_widget.html",
        load=load_chart,
        form=ChartOptions,
        size=2,
        lazy=True,
        at_start=False,
        many=True,
    )
]
