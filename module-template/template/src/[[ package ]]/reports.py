"""The report of the module: notes of a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import Period
from kartoteka.api.texts import Texts
from [[ package ]] import queries
from [[ package ]].fields import VIEW
from [[ package ]].forms import PeriodForm

_ = Texts("[[ name ]]")


def list_notes(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each note of the period, by day; one statement. Raises InvalidInput."""
    if params["until"] < params["since"]:
        raise InvalidInput({"until": _("The end lies before the beginning.")})
    return iter(queries.notes_in(session, Period(params["since"], params["until"])))


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


NOTES_OF_A_PERIOD = Report(
    name="notes",
    title=_("Notes of a period"),
    description=_("What happened with clients between two days."),
    permission=VIEW,
    params=PeriodForm,
    columns=(
        ReportColumn("day", _("Day"), FieldType.DATE),
        ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
        ReportColumn("subject", _("Subject"), FieldType.LINE),
    ),
    rows=list_notes,
    chart=ReportChart("bar", "day"),
)
