"""What the room of sales terms adds to the module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ApiResource,
    Badge,
    ClientReference,
    Column,
    Directory,
    Filter,
    ImportTarget,
    Panel,
    Permission,
    PersonalData,
    RecordKind,
    Report,
)
from kartoteka.api.sales import ClientTerms, Money, SaleObjection
from kartoteka_crm_clients.terms import views
from kartoteka_crm_clients.terms.answers import objections, terms_for_sale
from kartoteka_crm_clients.terms.api_resources import API_RESOURCES
from kartoteka_crm_clients.terms.demo import add_demo_terms
from kartoteka_crm_clients.terms.directories import DIRECTORIES
from kartoteka_crm_clients.terms.importing import TERMS_TARGET
from kartoteka_crm_clients.terms.kinds import KINDS
from kartoteka_crm_clients.terms.models import Terms
from kartoteka_crm_clients.terms.panels import BADGES, COLUMNS, FILTERS, PANELS
from kartoteka_crm_clients.terms.reports import REPORTS
from kartoteka_crm_clients.terms.rights import PERMISSIONS
from kartoteka_crm_clients.terms.service import unite_terms

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Terms]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_clients_terms", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [PersonalData(table="crm_clients_terms", client_column="client_id", replacements={"block_reason": ""})]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_badges() -> list[Badge]:
    return BADGES


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
def register_import_targets() -> list[ImportTarget]:
    return [TERMS_TARGET]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def sale_objections(session: Session, client_id: int, amount: Money | None) -> Sequence[SaleObjection]:
    return objections(session, client_id, amount)


@hookimpl
def client_terms(session: Session, client_ids: Sequence[int]) -> Mapping[int, ClientTerms]:
    return terms_for_sale(session, client_ids)


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    unite_terms(session, kept_id)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_terms(session)
