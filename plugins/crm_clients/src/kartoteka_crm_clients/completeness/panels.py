"""What completeness puts onto the card, into the client list and among the reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_clients.completeness.fields import BY_NAME, ITEMS, Item
from kartoteka_crm_clients.completeness.forms import IncompleteForm
from kartoteka_crm_clients.completeness.queries import (
    incomplete_clients,
    is_below,
    lacks,
    missing_of,
    shares_in_list,
)
from kartoteka_crm_clients.fields import EDIT, VIEW

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


PANELS = [
    Panel(
        name="completeness",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Data health"),
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
REPORT = Report(
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
)
