"""What the feature "users" adds: people who sign in, their departments and their own page."""

from __future__ import annotations

from kartoteka.builtin.users.app_passwords.models import AppPassword
from kartoteka.builtin.users.factors.models import CodeGenerator, KnownBrowser, Passkey, RecoveryCode, SignInStep
from kartoteka.builtin.users.kinds import KINDS
from kartoteka.builtin.users.models import Department, SignIn, SignInAttempt, User
from kartoteka.builtin.users.views import blueprint
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
        name="users",
        title=_("Users"),
        description=_("People who sign in, and their departments."),
        version="1.0",
        api=API_VERSION,
        requires=("modules",),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [
        Department,
        User,
        SignIn,
        SignInAttempt,
        AppPassword,
        CodeGenerator,
        Passkey,
        RecoveryCode,
        KnownBrowser,
        SignInStep,
    ]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name="users.manage",
            title=_("Manage users"),
            description=_("Add users and departments, set passwords, end sessions, deactivate users."),
            record_kind="users.user",
        ),
        Permission(
            name="users.hand_over",
            title=_("Hand over all work of a user"),
            description=_("Give the clients and other records of somebody who leaves or is away to colleagues."),
            record_kind="users.user",
            weight=110,
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
            name="users",
            title=_("Users"),
            endpoint="users.show_users",
            permission="users.manage",
            icon="users",
            weight=910,
        )
    ]
