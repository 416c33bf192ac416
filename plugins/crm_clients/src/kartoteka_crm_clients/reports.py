"""Reports: birthdays of today and the next days (CL-48), and clients by the day they were registered (CORE-24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.clients import CLIENT_KIND, Relationship
from kartoteka.api.clients import VIEW as CLIENTS
from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import PeriodForm, country_name
from kartoteka.api.records import Period
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users, user_names
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.fields import BIRTHDAYS, CONTACT, ROLE_TITLES
from kartoteka_crm_clients.forms import BirthdayForm

_ = Texts("crm_clients")

_CLIENT_ITSELF = _("The client")
_ELSEWHERE = _("Somebody who left")
_RELATIONSHIPS = {Relationship.EXISTING: _("Existing client"), Relationship.POTENTIAL: _("Potential client")}


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


def list_new_clients(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each client that was registered in the period."""
    managers = dict(active_users(session))
    for one in queries.new_clients(session, params["period"]):
        yield {
            "registered_on": one.registered_on,
            "name": one.name,
            "relationship": _RELATIONSHIPS.get(one.relationship, one.relationship),
            "country": country_name(one.country) if one.country else "",
            "code": one.country,
            "manager": managers.get(one.manager_id) or (_ELSEWHERE if one.manager_id else ""),
            "client_id": one.id,
            "manager_id": one.manager_id,
            "of": one.relationship,
        }


def clients_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of clients that a figure counts."""
    wanted = [("country", common["code"])] if common.get("code") else []
    if "of" in common:
        wanted.append(("relationship", common["of"]))
    if "manager_id" in common:
        wanted.append(("manager", common["manager_id"] or "none"))
    if days := queries.limits(common.get("registered_on"), params["period"]):
        wanted += [("registered_on.from", days[0].isoformat()), ("registered_on.to", days[1].isoformat())]
    return f"/clients/?{urlencode(wanted)}"


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
            ReportColumn("name", _("Full name"), FieldType.LINE, link=_person_url),
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
        kinds=(CLIENT_KIND, CONTACT),
    ),
    Report(
        name="new_clients",
        title=_("New clients"),
        description=_("Clients by the day they were registered, by manager and by country."),
        permission=CLIENTS,
        params=PeriodForm,
        columns=(
            ReportColumn("registered_on", _("Registered on"), FieldType.DATE),
            ReportColumn("name", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("relationship", _("Relationship"), FieldType.CHOICE),
            ReportColumn("country", _("Country"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.USER),
        ),
        rows=list_new_clients,
        chart=ReportChart("bar", "manager"),
        behind=clients_behind,
        kinds=(CLIENT_KIND,),
    ),
]
