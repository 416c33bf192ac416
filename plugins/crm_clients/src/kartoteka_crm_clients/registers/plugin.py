"""Table of contents of the room "Company registers"."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Badge,
    ClientReference,
    CompanySuggestion,
    Job,
    MenuItem,
    NotificationType,
    Panel,
    Permission,
    PersonalData,
    RecordKind,
    Schedule,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.registers import comparing, loading, views
from kartoteka_crm_clients.registers.comparing import NOTIFICATION_TYPES, SCHEDULES
from kartoteka_crm_clients.registers.demo import add_demo_registers
from kartoteka_crm_clients.registers.fields import MANAGE
from kartoteka_crm_clients.registers.kinds import KINDS
from kartoteka_crm_clients.registers.loading import registers_command
from kartoteka_crm_clients.registers.models import RegisterChange, RegisterCompany, RegisterDifference, RegisterLoad
from kartoteka_crm_clients.registers.panels import BADGES, PANELS
from kartoteka_crm_clients.registers.rights import PERMISSIONS
from kartoteka_crm_clients.registers.suggesting import suggest

_ = Texts("crm_clients")
__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [RegisterLoad, RegisterCompany, RegisterChange, RegisterDifference]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(
            table="crm_clients_register_difference",
            column="client_id",
            on_merge="drop_duplicates",
            unique_with=("what",),
            on_delete="with_client",
        )
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [PersonalData(table="crm_clients_register_difference", client_column="client_id", replacements={"ours": ""})]


@hookimpl
def register_jobs() -> list[Job]:
    return [*loading.JOBS, *comparing.JOBS]


@hookimpl
def register_commands() -> list[click.Command]:
    return [registers_command]


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_badges() -> list[Badge]:
    return BADGES


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="differences",
            title=_("Register differences"),
            endpoint="crm_clients.list_differences",
            permission=VIEW,
            icon="arrows-exchange",
            parent="clients.clients",
            weight=70,
        ),
        MenuItem(
            name="registers",
            title=_("Company registers"),
            endpoint="crm_clients.show_registers",
            permission=MANAGE,
            icon="building-bank",
            parent="clients.clients",
            weight=930,
        ),
    ]


@hookimpl
def suggest_companies(session: Session, query: str, country: str) -> Sequence[CompanySuggestion]:
    return suggest(session, query, country)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_registers(session)
