"""Table of contents of the room "Classes": turnover, ABC and XYZ, dormant clients."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.clients import VIEW as CLIENTS
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Action,
    ApiResource,
    ClientReference,
    Column,
    Filter,
    ImportTarget,
    Job,
    MenuItem,
    OwnedByClient,
    Panel,
    Permission,
    RecordKind,
    Report,
    Schedule,
    TurnoverSource,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.classes import dormant, panels, views
from kartoteka_crm_clients.classes.api_resources import API_RESOURCES
from kartoteka_crm_clients.classes.demo import add_turnover
from kartoteka_crm_clients.classes.fields import CLASSES, MANAGE, TURNOVER, TURNOVER_FIELDS
from kartoteka_crm_clients.classes.importing import TARGET
from kartoteka_crm_clients.classes.job import JOBS, SCHEDULES
from kartoteka_crm_clients.classes.models import ClassRun, ClientClass, Setting, Turnover
from kartoteka_crm_clients.classes.queries import summarise_turnover, turnover_rows, turnover_url

__all__ = ["views"]
_ = Texts("crm_clients")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Turnover, ClassRun, ClientClass, Setting]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=CLASSES,
            title=_("See turnover and classes"),
            description=_("See what clients bring in, their ABC and XYZ classes, and dormant clients."),
            record_kind=TURNOVER,
            also_requires=(CLIENTS,),
            weight=50,
        ),
        Permission(
            name=MANAGE,
            title=_("Manage turnover and classes"),
            description=_("Import turnover, choose the limits of classes, and classify clients anew."),
            record_kind=TURNOVER,
            also_requires=(CLASSES,),
            weight=60,
        ),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=TURNOVER,
            title=_("Turnover"),
            plural_title=_("Turnover"),
            icon="chart-line",
            model=Turnover,
            permission=CLASSES,
            scope=OwnedByClient(),
            client_column="client_id",
            change_permission=MANAGE,
            fields=TURNOVER_FIELDS,
            summarise=summarise_turnover,
            url=turnover_url,
        )
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_clients_turnover", column="client_id", on_delete="with_client"),
        ClientReference(
            table="crm_clients_class",
            column="client_id",
            on_merge="drop_duplicates",
            unique_with=("run_id",),
            on_delete="with_client",
        ),
    ]


@hookimpl
def register_turnover_sources() -> list[TurnoverSource]:
    return [
        TurnoverSource(
            name="monthly",
            title=_("Turnover by month, imported"),
            permission=CLASSES,
            rows=turnover_rows,
            weight=900,
        )
    ]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="classes",
            title=_("ABC and XYZ"),
            endpoint="crm_clients.show_classes",
            permission=CLASSES,
            icon="chart-bar",
            parent="clients.clients",
            weight=50,
        )
    ]


@hookimpl
def register_panels() -> list[Panel]:
    return panels.PANELS


@hookimpl
def register_columns() -> list[Column]:
    return panels.COLUMNS


@hookimpl
def register_filters() -> list[Filter]:
    return panels.FILTERS


@hookimpl
def register_actions() -> list[Action]:
    return [dormant.ACTION]


@hookimpl
def register_reports() -> list[Report]:
    return [panels.REPORT, dormant.REPORT]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [TARGET]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_turnover(session)
