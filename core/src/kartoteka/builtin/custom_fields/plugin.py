"""What the feature "custom_fields" adds: fields that the company gives to its records itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kartoteka.builtin.custom_fields.kinds import FIELD
from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.queries import FIELD_KIND, MANAGE
from kartoteka.builtin.custom_fields.queries import company_fields as read_fields
from kartoteka.builtin.custom_fields.renewing import renew_fields
from kartoteka.builtin.custom_fields.service import erase_values, move_links
from kartoteka.builtin.custom_fields.views import blueprint
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["renew_fields"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="custom_fields",
        title=_("Custom fields"),
        description=_("Fields that the company adds to its records."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [CustomFieldRow]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=MANAGE,
            title=_("Add fields to records"),
            description=_("Add, rename, order, require, mark as confidential and close custom fields."),
            record_kind=FIELD_KIND,
        )
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [FIELD]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="custom_fields",
            title=_("Custom fields"),
            endpoint="custom_fields.show_kinds",
            permission=MANAGE,
            icon="list-details",
            weight=885,
        )
    ]


@hookimpl
def company_fields(session: Session) -> Mapping[str, Sequence[CustomField]]:
    return read_fields(session)


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    move_links(session, kept_id, merged_ids)


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    erase_values(session, client_ids)
