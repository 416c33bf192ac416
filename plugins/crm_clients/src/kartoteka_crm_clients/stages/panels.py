"""What the room puts on the card, into the client list and among the reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import (
    CARD_SIDE,
    CLIENT_LIST,
    Column,
    FieldType,
    Filter,
    Panel,
    Report,
    ReportChart,
    ReportColumn,
    Tab,
)
from kartoteka.api.directories import EntryTitle, directory_choices
from kartoteka.api.forms import PeriodForm
from kartoteka.api.records import Period, RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka.api.web import today
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.stages import queries
from kartoteka_crm_clients.stages.fields import STAGE, STAGES, TAB
from kartoteka_crm_clients.stages.rules import WIDTH

_ = Texts("crm_clients")

MOST_DAYS = 60


def load_stages(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the stages of a client on the axis; None for a client without any."""
    stages = queries.stages_of(session, record.id, today())
    return {"stages": stages, "width": WIDTH} if stages else None


def list_dynamics(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield how many clients were at each stage at the end of each month of a period."""
    titles = queries.titles(session)
    period = params["period"] or queries.whole_time(session, today())
    for row in queries.counts_on(session, month_ends(period, today())):
        title = titles[row.stage_id]
        yield {"day": row.day, "stage": title, "clients": row.clients, "name": title.text}


def month_ends(period: Period, now: date) -> list[date]:
    """Return the last day of each month of a period, and its last day; nothing that is still to come."""
    last = min(period.last, now)
    days: list[date] = []
    day = last
    while day >= period.first and len(days) < MOST_DAYS:
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days[::-1]


def clients_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the address of the list of clients that were at a stage on a day."""
    if "day" not in common:
        return None
    typed = f"{common.get('name', '')} {common['day'].isoformat()}".strip()
    return f"/clients/?{urlencode({'crm_clients.stage_on': typed})}"


def list_changes(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the changes of stages in a period."""
    rows = list(queries.changes_in(session, params["period"]))
    names = user_names(session, sorted({row.user_id for row in rows if row.user_id}))
    for row in rows:
        yield {
            "since": row.since,
            "client": row.name,
            "stage": EntryTitle(row.entry, dict(row.titles)),
            "user": names.get(row.user_id or 0, ""),
            "client_id": row.client_id,
        }


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name=TAB.partition(".")[2],
        title=_("Relationship"),
        permission=VIEW,
        tells=(STAGE,),
        endpoint="crm_clients.show_relationship",
        weight=45,
    )
]
PANELS = [
    Panel(
        name="stages",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Relationship"),
        permission=VIEW,
        tells=(STAGE,),
        template="crm_clients/stages/panel.html",
        load=load_stages,
        lazy=True,
        weight=20,
    )
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name="stage",
        title=_("Stage of the relationship"),
        type=FieldType.LINE,
        permission=VIEW,
        value=queries.current_titles,
        weight=60,
    )
]
FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name="stage",
        title=_("Stage of the relationship"),
        type=FieldType.CHOICE,
        choices=directory_choices(STAGES),
        permission=VIEW,
        condition=queries.is_at_stage,
        weight=60,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="stage_on",
        title=_("Stage on a day, such as “lost 2026-01-31”"),
        type=FieldType.LINE,
        permission=VIEW,
        condition=queries.was_at_stage,
        weight=62,
    ),
]
REPORTS = [
    Report(
        name="stage_dynamics",
        title=_("Relationships over time"),
        description=_("How many clients were at each stage of the relationship at the end of each month."),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("day", _("Day"), FieldType.DATE),
            ReportColumn("stage", _("Stage"), FieldType.CHOICE),
            ReportColumn("clients", _("Clients"), FieldType.INTEGER, total=False),
        ),
        rows=list_dynamics,
        chart=ReportChart("line", "day", "clients"),
        group="day",
        behind=clients_behind,
        kinds=(STAGE, CLIENT_KIND),
    ),
    Report(
        name="stage_changes",
        title=_("Changes of relationships"),
        description=_("Which client came to which stage of the relationship, when, and who said so."),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("since", _("Day"), FieldType.DATE),
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("stage", _("Stage"), FieldType.CHOICE),
            ReportColumn("user", _("Changed by"), FieldType.USER),
        ),
        rows=list_changes,
        chart=ReportChart("bar", "stage"),
        kinds=(STAGE, CLIENT_KIND),
    ),
]
