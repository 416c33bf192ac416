"""Activities of clients: one table and a panel with the last twenty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Model, Session, client_id
from kartoteka.api.declare import CARD_MAIN, Module, OwnedByClient, Panel, Permission, RecordKind
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint

_ = Texts("bench_activities")
KIND = "bench_activities.activity"
VIEW = "bench_activities.view"


class Activity(Model):
    """A call, mail, meeting or task."""

    __tablename__ = "bench_activities_activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = client_id(index=False)
    manager: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    due_on: Mapped[date | None]

    __table_args__ = (Index("ix_bench_activities_activity_of_client", "client_id", "at"),)


def summarise(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return titles of activities."""
    rows = session.execute(select(Activity.id, Activity.subject).where(Activity.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(KIND, row.id), row.subject) for row in rows}


LATEST = (
    select(
        Activity.at,
        Activity.kind,
        Activity.subject,
        Activity.body,
        Activity.manager,
        Activity.status,
        Activity.due_on,
    )
    .where(Activity.client_id == bindparam("client"))
    .order_by(Activity.at.desc())
    .limit(20)
)


def load_panel(session: Session, record: RecordRef) -> Mapping[str, Any]:
    """Return the last twenty activities of a client."""
    return {"activities": session.execute(LATEST, {"client": record.id}).all()}


@hookimpl
def register_module() -> Module:
    return Module(
        name="bench_activities", title=_("Activities"), description=_("For measuring."), version="1.0", api=API_VERSION
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Activity]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(name=VIEW, title=_("See activities"), description=_("See the activities of clients."))]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=KIND,
            title=_("Activity"),
            plural_title=_("Activities"),
            icon="calendar",
            model=Activity,
            permission=VIEW,
            scope=OwnedByClient("client_id"),
            fields=(),
            summarise=summarise,
            url="/bench_activities/{}".format,
            client_column="client_id",
            tracked=False,
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [ModuleBlueprint("bench_activities", __name__, template_folder="templates")]


@hookimpl
def register_panels() -> list[Panel]:
    return [
        Panel(
            name="latest",
            slot=CARD_MAIN,
            title=_("Activities"),
            permission=VIEW,
            template="bench_activities/latest.html",
            load=load_panel,
            kinds=("clients.client",),
        )
    ]
