"""Table of contents of the room "Marketing data"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ApiResource,
    ClientReference,
    Column,
    Directory,
    Filter,
    ImportTarget,
    OwnedByClient,
    PersonalData,
    RecordKind,
    Tab,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.marketing import views
from kartoteka_crm_clients.marketing.api_resources import API_RESOURCES
from kartoteka_crm_clients.marketing.demo import add_marketing
from kartoteka_crm_clients.marketing.fields import COLUMN_OF, DIRECTORIES, MARKETING, MARKETING_FIELDS
from kartoteka_crm_clients.marketing.importing import TARGET
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.marketing.panels import COLUMNS, FILTERS, TABS
from kartoteka_crm_clients.marketing.queries import record_url, summarise_marketing
from kartoteka_crm_clients.marketing.service import unite_marketing

__all__ = ["views"]
_ = Texts("crm_clients")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Marketing]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=MARKETING,
            title=_("Marketing data"),
            plural_title=_("Marketing data"),
            icon="speakerphone",
            model=Marketing,
            permission=VIEW,
            scope=OwnedByClient(),
            client_column="client_id",
            change_permission=EDIT,
            fields=MARKETING_FIELDS,
            summarise=summarise_marketing,
            url=record_url,
        )
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_clients_marketing", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    blank = dict.fromkeys(COLUMN_OF.values())
    return [PersonalData(table="crm_clients_marketing", client_column="client_id", replacements=blank)]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_columns() -> list[Column]:
    return COLUMNS


@hookimpl
def register_filters() -> list[Filter]:
    return FILTERS


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [TARGET]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    unite_marketing(session, kept_id)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_marketing(session)
