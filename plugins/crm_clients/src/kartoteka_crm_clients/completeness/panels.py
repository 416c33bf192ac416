"""What completeness puts onto the card, into the client list and among the reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import (
    CARD_SIDE,
    CLIENT_LIST,
    Choice,
    Column,
    FieldType,
    Filter,
    Panel,
    Report,
    ReportChart,
    ReportColumn,
)
from kartoteka.api.forms import PeriodForm
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users, user_names
from kartoteka_crm_clients.completeness.fields import BY_NAME, ITEMS, Item
from kartoteka_crm_clients.completeness.forms import IncompleteForm
from kartoteka_crm_clients.completeness.queries import (
    figures_by_manager,
    incomplete_clients,
    is_below,
    lacks,
    missing_of,
    shares_in_list,
)
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.queries import limits

_ = Texts("crm_clients")

SHOWN = 6
_PAGES = {
    "edit": "/clients/{id}/edit",
    "contact": "/crm_clients/clients/{id}/contacts/new",
    "address": "/crm_clients/clients/{id}/addresses/new",
    "marketing": "/crm_clients/clients/{id}/marketing/edit",
}
_RIGHTS = {"edit": "clients.edit", "contact": EDIT, "address": EDIT, "marketing": EDIT}


def load_missing(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return how complete a card is and what to fill in next, each with the page where that is done."""
    found = missing_of(session, record.id)
    if found is None:
        return None
    share, missing = found
    can = actor_of(session).can
    return {
        "share": share,
        "missing": [
            (one.title, _page_of(one, record.id) if can(_RIGHTS[one.page]) else None) for one in missing[:SHOWN]
        ],
        "more": max(0, len(missing) - SHOWN),
    }


def _page_of(item: Item, client_id: int) -> str:
    return _PAGES[item.page].format(id=client_id)


def list_incomplete(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each incomplete card, the worst first."""
    managers = dict(active_users(session))
    for row, missing in incomplete_clients(session, params["below"]):
        yield {
            "name": row.name,
            "share": int(row.share),
            "missing": ", ".join(str(BY_NAME[one].title) for one in missing),
            "manager": managers.get(row.manager_id, ""),
            "client_id": row.id,
            "manager_id": row.manager_id,
        }


def incomplete_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the client list with the cards behind a figure."""
    manager = f"&manager={common['manager_id'] or 'none'}" if "manager_id" in common else ""
    return f"/clients/?crm_clients.completeness={params['below']}{manager}"


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


def list_by_manager(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each manager with the cards of clients registered in the period, the emptiest first."""
    period = params["period"]
    figures = figures_by_manager(session, period)
    names = user_names(session, sorted(one for one in figures if one is not None))
    for manager, found in sorted(figures.items(), key=lambda row: row[1].average):
        yield {
            "manager": names.get(manager or 0) or (_("Nobody") if manager is None else _("Somebody who left")),
            "clients": found.clients,
            "share": round(found.average),
            "incomplete": found.incomplete,
            "manager_id": manager,
            "period": period,
        }


def cards_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the client list with the cards that a figure counts."""
    wanted = [("manager", common["manager_id"] or "none")] if "manager_id" in common else []
    if days := limits(None, params["period"]):
        wanted += [("registered_on.from", days[0].isoformat()), ("registered_on.to", days[1].isoformat())]
    return f"/clients/?{urlencode(wanted)}"


def _counted_url(row: Mapping[str, Any]) -> str:
    return cards_behind(row, row)


def _incomplete_url(row: Mapping[str, Any]) -> str:
    return f"{cards_behind(row, row)}&crm_clients.completeness=100"


PANELS = [
    Panel(
        name="completeness",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("How complete the card is"),
        permission=VIEW,
        template="crm_clients/completeness/panel.html",
        load=load_missing,
        lazy=True,
        weight=70,
    )
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name="completeness",
        title=_("Filled in, %"),
        type=FieldType.INTEGER,
        permission=VIEW,
        value=shares_in_list,
        weight=90,
    )
]
FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name="completeness",
        title=_("Card filled in by less than %"),
        type=FieldType.INTEGER,
        permission=VIEW,
        condition=is_below,
        weight=90,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="missing",
        title=_("The card does not say"),
        type=FieldType.CHOICE,
        choices=tuple(Choice(one.name, one.title) for one in ITEMS),
        permission=VIEW,
        condition=lacks,
        weight=91,
    ),
]
REPORTS = [
    Report(
        name="completeness",
        title=_("Completeness of cards by manager"),
        description=_(
            "How much of the cards of clients registered in a period is filled in; every figure opens its rows."
        ),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("manager", _("Manager"), FieldType.USER),
            ReportColumn("clients", _("Clients"), FieldType.INTEGER, link=_counted_url),
            ReportColumn("share", _("Filled in, %"), FieldType.INTEGER, link=_counted_url, total=False),
            ReportColumn("incomplete", _("Incomplete cards"), FieldType.INTEGER, link=_incomplete_url),
        ),
        rows=list_by_manager,
        chart=ReportChart("bar", "manager", "share"),
        behind=cards_behind,
        kinds=(CLIENT_KIND,),
    ),
    Report(
        name="incomplete",
        title=_("Incomplete cards"),
        description=_("Clients whose cards lack something, and what they lack."),
        permission=VIEW,
        params=IncompleteForm,
        columns=(
            ReportColumn("name", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("share", _("Filled in, %"), FieldType.INTEGER, total=False),
            ReportColumn("missing", _("What is missing"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.USER),
        ),
        rows=list_incomplete,
        chart=ReportChart("bar", "manager"),
        behind=incomplete_behind,
        kinds=(CLIENT_KIND,),
    ),
]
