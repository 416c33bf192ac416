"""What the feature "privacy" adds: consents, and giving out and erasing what is kept about a client."""

from __future__ import annotations

from kartoteka.builtin.privacy.consents import views as consent_views
from kartoteka.builtin.privacy.consents.kinds import (
    API_RESOURCES,
    DIRECTORIES,
    KINDS,
    PERSONAL,
    REFERENCES,
    TABS,
)
from kartoteka.builtin.privacy.consents.models import Consent
from kartoteka.builtin.privacy.models import Erasure
from kartoteka.builtin.privacy.person_views import blueprint
from kartoteka.builtin.privacy.rights import ERASE, EXPORT
from kartoteka.builtin.privacy.tidying import JOBS
from kartoteka.builtin.privacy.views import ACTION
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.ui import MenuItem, Tab
from kartoteka.extension.declarations.work import Action, Job
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["consent_views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="privacy",
        title=_("Privacy"),
        description=_("Keeps consents, and exports and erases what is stored about a client."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "directories", "clients"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Erasure, Consent]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=EXPORT,
            title=_("Export personal data"),
            description=_("Download everything that is kept about a client one may see."),
            record_kind="clients.client",
            also_requires=("clients.view",),
            weight=10,
        ),
        Permission(
            name=ERASE,
            title=_("Erase personal data"),
            description=_("Permanently erase a client's personal data, unless the law requires keeping it."),
            record_kind="clients.client",
            also_requires=(EXPORT,),
            weight=20,
        ),
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="core_erasure", column="client_id", on_delete="with_client"), *REFERENCES]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return PERSONAL


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="erasures",
            title=_("Erasures"),
            endpoint="privacy.list_erasures",
            permission=ERASE,
            icon="user-off",
            weight=935,
        )
    ]


@hookimpl
def register_actions() -> list[Action]:
    return [ACTION]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS
