"""What the feature "access" adds: roles, rights of roles and users, and the page that says where each came from."""

from __future__ import annotations

from kartoteka.builtin.access.confidential.models import ConfidentialField
from kartoteka.builtin.access.confidential.queries import EDIT, SEE
from kartoteka.builtin.access.kinds import KINDS
from kartoteka.builtin.access.models import Role, RolePermission, UserPermission, UserRole
from kartoteka.builtin.access.views import blueprint
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="access",
        title=_("Access"),
        description=_("Roles, and who may do what."),
        version="1.0",
        api=API_VERSION,
        requires=("users",),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Role, RolePermission, UserRole, UserPermission, ConfidentialField]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name="access.manage",
            title=_("Manage access"),
            description=_("Make roles, and grant or refuse rights to roles and users."),
            record_kind="access.role",
        ),
        Permission(
            name=SEE,
            title=_("See confidential fields"),
            description=_("See the fields that are marked as confidential, wherever they show."),
            weight=110,
        ),
        Permission(
            name=EDIT,
            title=_("Change confidential fields"),
            description=_("Write into the fields that are marked as confidential, in forms and by imports."),
            also_requires=(SEE,),
            weight=120,
        ),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="roles",
            title=_("Roles"),
            endpoint="access.show_roles",
            permission="access.manage",
            icon="shield-check",
            weight=920,
        ),
        MenuItem(
            name="confidential",
            title=_("Confidential fields"),
            endpoint="access.show_confidential",
            permission="access.manage",
            icon="lock",
            weight=925,
        ),
        MenuItem(
            name="matrix",
            title=_("Rights matrix"),
            endpoint="access.show_matrix",
            permission="access.manage",
            icon="layout-grid",
            weight=922,
        ),
    ]
