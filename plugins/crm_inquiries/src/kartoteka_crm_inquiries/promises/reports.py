"""The report of promises: what share each employee keeps in full and in time (CL-27, M-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import PeriodForm
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka.api.web import today
from kartoteka_crm_inquiries.naming import PROMISE, SUPERVISE
from kartoteka_crm_inquiries.promises import queries, rules
from kartoteka_crm_inquiries.promises.lists import PATH

_ = Texts("crm_inquiries")

NOBODY = _("Nobody")


def list_kept(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each employee and side: promises that came due in the period, and how they ended."""
    rows = queries.kept_by_user(session, params.get("period"), today())
    names = user_names(session, sorted({row.user_id for row in rows if row.user_id}))
    for user_id, side, due, kept, part, broken in sorted(rows, key=lambda row: (names.get(row[0], ""), row[1])):
        yield {
            "employee": names.get(user_id, NOBODY),
            "side": _SIDES[side],
            "due": due,
            "kept": kept,
            "part": part,
            "broken": broken,
            "late": due - kept - part - broken,
            "share": rules.Record(due, kept).percent,
            "user_id": user_id,
            "of": side,
        }


_SIDES = {rules.OURS: _("We promised"), rules.THEIRS: _("The client promised")}


def promises_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of promises that a figure counts."""
    period = params.get("period")
    wanted = [("how", "kept"), ("how", "not_kept")]
    if period is not None:
        wanted += [("due_on.from", period.first.isoformat()), ("due_on.to", period.last.isoformat())]
    if "user_id" in common:
        wanted.append(("user_id", common["user_id"] or "none"))
    if "of" in common:
        wanted.append(("side", common["of"]))
    return f"{PATH}?{urlencode(wanted)}"


REPORTS = [
    Report(
        name="promises_kept",
        title=_("Promises kept"),
        description=_("Which share of promises is kept in full and in time, by employee."),
        permission=SUPERVISE,
        params=PeriodForm,
        columns=(
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("side", _("Who promised"), FieldType.CHOICE),
            ReportColumn("due", _("Came due"), FieldType.INTEGER),
            ReportColumn("kept", _("In full and in time"), FieldType.INTEGER),
            ReportColumn("part", _("In part"), FieldType.INTEGER),
            ReportColumn("broken", _("Broken"), FieldType.INTEGER),
            ReportColumn("late", _("Late or still open"), FieldType.INTEGER),
            ReportColumn("share", _("Kept, %"), FieldType.INTEGER, total=False),
        ),
        rows=list_kept,
        chart=ReportChart("bar", "employee", value="kept"),
        behind=promises_behind,
        kinds=(PROMISE,),
    )
]
