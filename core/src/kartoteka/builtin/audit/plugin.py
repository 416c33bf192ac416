"""What the feature "audit" adds: the page of the audit log, and the command that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from kartoteka.builtin.audit.commands import verify
from kartoteka.builtin.audit.queries import told_about
from kartoteka.builtin.audit.views import VIEW, blueprint
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="audit",
        title=_("Audit log"),
        description=_("Who signed in, took data out, changed rights or deleted; tampering with it shows."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access"),
        table_prefix="core",
    )


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=VIEW,
            title=_("See the audit log"),
            description=_("See who signed in, took data out, changed rights or deleted, and check the log."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="audit",
            title=_("Audit log"),
            endpoint="audit.show_audit",
            permission=VIEW,
            icon="shield-lock",
            weight=930,
        )
    ]


@hookimpl
def register_commands() -> list[click.Command]:
    return [verify]


@hookimpl
def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return {str(_("Audit log")): told_about(session, "clients.client", client_ids)}
