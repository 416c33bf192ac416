"""Table of contents of the room "Stages"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ClientReference,
    Column,
    Directory,
    Filter,
    OwnedByClient,
    Panel,
    RecordKind,
    Report,
    Tab,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.stages import queries, views
from kartoteka_crm_clients.stages.demo import add_demo_data
from kartoteka_crm_clients.stages.fields import DIRECTORIES, STAGE, STAGE_FIELDS
from kartoteka_crm_clients.stages.models import Stage
from kartoteka_crm_clients.stages.panels import COLUMNS, FILTERS, PANELS, REPORTS, TABS
from kartoteka_crm_clients.stages.service import join_stages

__all__ = ["views"]

_ = Texts("crm_clients")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Stage]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=STAGE,
            title=_("Stage of a relationship"),
            plural_title=_("Stages of relationships"),
            icon="timeline",
            model=Stage,
            permission=VIEW,
            scope=OwnedByClient(),
            client_column="client_id",
            change_permission=EDIT,
            fields=STAGE_FIELDS,
            summarise=queries.summarise_stages,
            url=queries.stage_url,
        )
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_clients_stage", column="client_id", on_delete="with_client")]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_columns() -> list[Column]:
    return COLUMNS


@hookimpl
def register_filters() -> list[Filter]:
    return FILTERS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    join_stages(session, kept_id)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
