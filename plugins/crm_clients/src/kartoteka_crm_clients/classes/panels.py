"""What classes put onto the card and into the client list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import (
    CARD_SIDE,
    CLIENT_LIST,
    Choice,
    Colour,
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
from kartoteka.api.web import today
from kartoteka_crm_clients.classes.dormant import FILTER as DORMANT
from kartoteka_crm_clients.classes.fields import ABC, CLASSES, NO_ABC, NO_XYZ, NONE, XYZ
from kartoteka_crm_clients.classes.queries import (
    class_values,
    classified,
    has_bought_for,
    has_class,
    history_of,
    is_dormant,
    latest_run,
)

_ = Texts("crm_clients")

SHOWN_RUNS = 6
TITLES: Mapping[str, Any] = {one.value: one.title for one in (*ABC, *XYZ)}
# Rows are dense: the letter is enough where the head says what it is about.
_LETTERS_ABC = (Choice("a", _("A"), Colour.DONE), Choice("b", _("B"), Colour.PLANNED), Choice("c", _("C"), Colour.NONE))
_LETTERS_XYZ = (
    Choice("x", _("X"), Colour.DONE),
    Choice("y", _("Y"), Colour.PLANNED),
    Choice("z", _("Z"), Colour.TODAY),
)


def load_class(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return a client's classes with what they follow from, and those of the runs before; None before the first run."""
    rows = history_of(session, record.id, SHOWN_RUNS)
    if not rows:
        return None
    run, found = rows[0]
    return {"run": run, "found": found, "history": rows, "titles": TITLES, "limits": run.limits}


def list_classes(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each client of the newest classification, the largest first."""
    run = latest_run(session)
    managers = dict(active_users(session))
    for one, name, manager_id in classified(session, run.id) if run is not None else ():
        yield {
            "place": one.place,
            "name": name,
            "abc": one.abc.upper(),
            "xyz": one.xyz.upper() or "–",
            "turnover": one.turnover,
            "share": round(one.share * 100, 2),
            "cumulative": round(one.cumulative * 100, 2),
            "variation": round(one.variation * 100) if one.months else None,
            "manager": managers.get(manager_id, ""),
            "client_id": one.client_id,
            "manager_id": manager_id,
        }


def clients_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the client list with the clients of a figure."""
    wanted = [f"crm_clients.{name}={common[name].lower()}" for name in ("abc",) if common.get(name)]
    if "xyz" in common:
        wanted.append(f"crm_clients.xyz={NONE if common['xyz'] == '–' else common['xyz'].lower()}")
    if "manager_id" in common:
        wanted.append(f"manager={common['manager_id'] or 'none'}")
    return f"/clients/?{'&'.join(wanted)}"


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


PANELS = [
    Panel(
        name="class",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Class by turnover"),
        permission=CLASSES,
        template="crm_clients/classes/panel.html",
        load=load_class,
        lazy=True,
        weight=60,
    )
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name=name,
        title=title,
        type=FieldType.CHOICE,
        choices=choices,
        permission=CLASSES,
        value=class_values(name),
        weight=weight,
    )
    for name, title, choices, weight in (
        ("abc", _("ABC class"), _LETTERS_ABC, 80),
        ("xyz", _("XYZ class"), _LETTERS_XYZ, 81),
    )
]
FILTERS = [
    *(
        Filter(
            list_name=CLIENT_LIST,
            name=name,
            title=title,
            type=FieldType.CHOICE,
            choices=choices,
            permission=CLASSES,
            condition=has_class(name),
            weight=weight,
        )
        for name, title, choices, weight in (
            ("abc", _("ABC class"), (*ABC, NO_ABC), 80),
            ("xyz", _("XYZ class"), (*XYZ, NO_XYZ), 81),
        )
    ),
    Filter(
        list_name=CLIENT_LIST,
        name=DORMANT.partition(".")[2],
        title=_("No purchase for days (90), or that or turnover down by % (90/30)"),
        type=FieldType.LINE,
        permission=CLASSES,
        condition=lambda record_id, value: is_dormant(record_id, value, today()),
        weight=82,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="bought",
        title=_("Bought within a year for at least (1000), from to (1000-5000), or within days (1000/90)"),
        type=FieldType.LINE,
        permission=CLASSES,
        condition=lambda record_id, value: has_bought_for(record_id, value, today()),
        weight=83,
    ),
]
REPORT = Report(
    name="classes",
    title=_("Clients by ABC and XYZ class"),
    description=_("What share of the turnover each client brings in, and how steadily."),
    permission=CLASSES,
    columns=(
        ReportColumn("place", _("Place"), FieldType.INTEGER, total=False),
        ReportColumn("name", _("Client"), FieldType.LINE, link=_client_url),
        ReportColumn("abc", _("ABC class"), FieldType.LINE),
        ReportColumn("xyz", _("XYZ class"), FieldType.LINE),
        ReportColumn("turnover", _("Turnover"), FieldType.DECIMAL),
        ReportColumn("share", _("Share, %"), FieldType.DECIMAL),
        ReportColumn("cumulative", _("With all larger ones, %"), FieldType.DECIMAL, total=False),
        ReportColumn("variation", _("Varies by, %"), FieldType.INTEGER, total=False),
        ReportColumn("manager", _("Manager"), FieldType.USER),
    ),
    rows=list_classes,
    chart=ReportChart("bar", "abc", "turnover"),
    behind=clients_behind,
    kinds=(CLIENT_KIND,),
)
