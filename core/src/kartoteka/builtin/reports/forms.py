"""Forms of reports: when and to whom one is sent; a period to choose, for modules; what a box shows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from kartoteka.builtin.reports.models import Every
from kartoteka.db.session import reading
from kartoteka.extension import dispatch
from kartoteka.vocabulary.identifiers import email_address
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.web.fields import ChoiceField, DateField, IntegerField, LineField
from kartoteka.web.forms import Form, ValidationError
from kartoteka.web.i18n import today

EVERY: tuple[tuple[str, Message], ...] = (
    (Every.DAY, _("Every day")),
    (Every.WEEK, _("Every Monday")),
    (Every.MONTH, _("On the first of every month")),
)
FILES = (("pdf", "PDF"), ("xlsx", "XLSX"), ("csv", "CSV"))


class PlanForm(Form):
    """When a report is sent, how and to whom."""

    every = ChoiceField(_("When"), choices=EVERY, empty=None)
    hour = IntegerField(_("Hour"), required=True, least=0, most=23)
    file = ChoiceField(_("File format"), choices=FILES, empty=None)
    address = LineField(_("To"), required=True, max_length=1000, help=_("Addresses, with commas between them."))

    def validate_address(self, field: Any) -> None:
        """Refuse what is no address."""
        for one in filter(None, re.split(r"[,;\s]+", field.data or "")):
            checked = email_address(one)
            if checked.is_error or not checked.value:
                raise ValidationError(_("%(address)s is not an e-mail address.", address=one[:100]))  # type: ignore[arg-type]


_SPANS: tuple[tuple[str, Message], ...] = (
    ("month", _("This month")),
    ("last_month", _("Last month")),
    ("quarter", _("This quarter")),
    ("last_quarter", _("Last quarter")),
    ("year", _("This year")),
    ("last_year", _("Last year")),
    ("all", _("All time")),
    ("own", _("From – until")),
)


class PeriodForm(Form):
    """The period of a report: one that moves along with today, or two days of one's own.

    ``values()`` holds a Period as ``period``, None for all time.
    """

    span = ChoiceField(_("Period"), choices=_SPANS, empty=None, default="year")
    since = DateField(_("From"))
    until = DateField(_("Until"))

    def validate_until(self, field: Any) -> None:
        """Refuse a period that ends before it begins."""
        if self.span.data == "own" and self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("The period ends before it begins."))  # type: ignore[arg-type]

    def values(self) -> dict[str, Any]:
        """Return the period and the other parameters."""
        others = {name: value for name, value in super().values().items() if name not in ("span", "since", "until")}
        return {**others, "period": self._period()}

    def _period(self) -> Period | None:
        if self.span.data == "own":
            return Period(self.since.data or date(1900, 1, 1), self.until.data or date(2999, 12, 31))
        return period_of(self.span.data or "year", today())


def period_of(span: str, day: date) -> Period | None:
    """Return the period that a word means on a day: "last_month"; None for all time."""
    first_of_month = day.replace(day=1)
    first_of_quarter = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    if span == "month":
        return Period.month(day.year, day.month)
    if span == "last_month":
        last = first_of_month - timedelta(days=1)
        return Period.month(last.year, last.month)
    if span in ("quarter", "last_quarter"):
        return _quarter(first_of_quarter if span == "quarter" else first_of_quarter - timedelta(days=1))
    if span in ("year", "last_year"):
        return Period.year(day.year - (span == "last_year"))
    return None


def _quarter(day: date) -> Period:
    first = 3 * ((day.month - 1) // 3) + 1
    return Period(date(day.year, first, 1), Period.month(day.year, first + 2).last)


def _chart_choices() -> list[tuple[str, Message]]:
    with reading() as session:
        return [(one.key, one.title) for one in dispatch.reports(session) if one.chart is not None]


class ChartOptions(Form):
    """Which report's chart a box on the front page shows."""

    report = ChoiceField(_("Report"), choices=_chart_choices, empty=None)
