"""Dormant clients: the report, and planning a contact with each of them (CL-57)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from kartoteka.api.clients import CLIENT_KIND, Client, find_segment
from kartoteka.api.db import Actor, Session, utc_now
from kartoteka.api.declare import Action, FieldType, Outcome, PlannedContact, Report, ReportChart, ReportColumn
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import today
from kartoteka.api.work import plan_contacts, remind
from kartoteka_crm_clients.classes.fields import CLASSES
from kartoteka_crm_clients.classes.forms import ContactPlanForm, DormantForm
from kartoteka_crm_clients.classes.queries import dormant_clients

_ = Texts("crm_clients")

REMINDER = "timeline.reminder"
FILTER = "crm_clients.dormant"


def list_dormant(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each dormant client, who bought last longest ago first."""
    segment = find_segment(session, params["segment"]) if params.get("segment") else None
    if params.get("segment") and segment is None:
        raise InvalidInput({"segment": _("Choose one of the values offered.")})
    among_ids = None if segment is None else segment.clients(session)
    managers, day = dict(active_users(session)), today()
    for one in dormant_clients(session, params["days"], params.get("percent"), day, among_ids):
        yield {
            "name": one.name,
            "last_on": one.last_on,
            "days": (day - one.last_on).days,
            "before": one.before,
            "now": one.now,
            "change": round((one.now - one.before) * 100 / one.before) if one.before else None,
            "manager": managers.get(one.manager_id, ""),
            "client_id": one.id,
            "manager_id": one.manager_id,
        }


def dormant_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the client list with these clients, where contacts are planned for all of them."""
    asked = f"{params['days']}/{params['percent']}" if params.get("percent") else str(params["days"])
    wanted = [f"{FILTER}={quote(asked, safe='')}"]
    kind, _sign, number = str(params.get("segment") or "").partition(":")
    if kind == "crm_clients.segment":
        wanted.append(f"crm_clients.segment={number}")
    if "manager_id" in common:
        wanted.append(f"manager={common['manager_id'] or 'none'}")
    return f"/clients/?{'&'.join(wanted)}"


def plan_with_each(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Plan an activity with each client where a module keeps them, else a reminder; planned again it is moved."""
    if data["at"] <= utc_now():
        raise InvalidInput({"at": _("Choose a time in the future.")})
    managers: dict[int, int] = {}
    if data.get("whom") == "manager":
        wanted = select(Client.id, Client.manager_id).where(Client.id.in_([one.id for one in records]))
        active = dict(active_users(session))
        managers = {row.id: row.manager_id for row in session.execute(wanted) if row.manager_id in active}
    contacts = [
        PlannedContact(client_id=one.id, user_id=user_id, at=data["at"], text=data["text"])
        for one in records
        if (user_id := managers.get(one.id, actor.user_id)) is not None
    ]
    if plan_contacts(session, contacts) is None:
        _remind_of(session, contacts)
    planned = len(contacts)
    return Outcome(_.plural("One contact is planned.", "%(count)s contacts are planned.", planned), planned)


def _remind_of(session: Session, contacts: Iterable[PlannedContact]) -> None:
    for one in contacts:
        words, about = Message("%(text)s", {"text": one.text}), RecordRef(CLIENT_KIND, one.client_id)
        remind(session, [one.user_id], REMINDER, words, one.at, key=f"{REMINDER}:contact:{one.client_id}", ref=about)


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


REPORT = Report(
    name="dormant",
    title=_("Dormant clients"),
    description=_("Clients who bought before and buy nothing, or much less, now."),
    permission=CLASSES,
    params=DormantForm,
    columns=(
        ReportColumn("name", _("Client"), FieldType.LINE, link=_client_url),
        ReportColumn("last_on", _("Last purchase"), FieldType.DATE),
        ReportColumn("days", _("Days since"), FieldType.INTEGER, total=False),
        ReportColumn("before", _("Turnover before"), FieldType.DECIMAL),
        ReportColumn("now", _("Turnover now"), FieldType.DECIMAL),
        ReportColumn("change", _("Change, %"), FieldType.INTEGER, total=False),
        ReportColumn("manager", _("Manager"), FieldType.USER),
    ),
    rows=list_dormant,
    chart=ReportChart("bar", "manager"),
    behind=dormant_behind,
    kinds=(CLIENT_KIND,),
)
ACTION = Action(
    name="plan_contact",
    kinds=(CLIENT_KIND,),
    title=_("Plan a contact"),
    icon="calendar-event",
    permission="clients.view",
    form=ContactPlanForm,
    run=plan_with_each,
    bulk=True,
    single=False,
    weight=55,
)
