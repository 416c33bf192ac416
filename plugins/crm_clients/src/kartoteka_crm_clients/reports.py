"""The birthday report: contacts and natural persons, today and the next days (CL-48)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.records import Period
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.fields import BIRTHDAYS, ROLE_TITLES
from kartoteka_crm_clients.forms import BirthdayForm

_ = Texts("crm_clients")

_CLIENT_ITSELF = _("The client")


def list_birthdays(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each birthday, by day and name; three statements."""
    period = Period.days_from(params["since"], params["days"] + 1)
    found = queries.birthdays_in(session, period)
    managers = user_names(session, sorted({one.manager_id for one in found if one.manager_id}))
    for one in found:
        yield {
            "day": one.day,
            "name": one.name,
            "turns": one.turns,
            "role": _CLIENT_ITSELF if one.contact_id is None else ROLE_TITLES.get(one.role, one.role),
            "client": one.client_name,
            "phone": one.phone,
            "email": one.email,
            "manager": managers.get(one.manager_id or 0, ""),
            "client_id": one.client_id,
            "contact_id": one.contact_id,
        }


def _person_url(row: Mapping[str, Any]) -> str:
    contact_id = row["contact_id"]
    return queries.client_url(row["client_id"]) if contact_id is None else queries.contact_url(contact_id)


def _client_url(row: Mapping[str, Any]) -> str:
    return queries.client_url(row["client_id"])


REPORTS = [
    Report(
        name="birthdays",
        title=_("Birthdays"),
        description=_("Contact persons and clients who have a birthday today or in the next days."),
        permission=BIRTHDAYS,
        params=BirthdayForm,
        columns=(
            ReportColumn("day", _("Day"), FieldType.DATE),
            ReportColumn("name", _("Name"), FieldType.LINE, link=_person_url),
            ReportColumn("turns", _("Turns"), FieldType.INTEGER, total=False),
            ReportColumn("role", _("Role"), FieldType.CHOICE),
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("phone", _("Phone"), FieldType.PHONE),
            ReportColumn("email", _("E-mail"), FieldType.EMAIL),
            ReportColumn("manager", _("Manager"), FieldType.USER),
        ),
        rows=list_birthdays,
        chart=ReportChart("bar", "day"),
        group="day",
    )
]
