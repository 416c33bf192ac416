"""What the client registry adds: clients, their card and list, and the command that loads them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kartoteka.builtin.clients import (
    card_views,
    file_views,
    group_views,
    list_views,
    log_views,
    share_views,
    timeline_views,
)
from kartoteka.builtin.clients.actions import ACTIONS
from kartoteka.builtin.clients.api_resources import API_RESOURCES
from kartoteka.builtin.clients.as_of import views as as_of_views
from kartoteka.builtin.clients.assistant import views as assistant_views
from kartoteka.builtin.clients.bin import job as bin_job
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.changed_hands import NOTIFICATION_TYPES
from kartoteka.builtin.clients.commands import load
from kartoteka.builtin.clients.copying.models import ClientTemplate
from kartoteka.builtin.clients.copying.pages import COPY_ACTIONS
from kartoteka.builtin.clients.demo.extras import add_extras
from kartoteka.builtin.clients.directory import views as directory_views
from kartoteka.builtin.clients.directory.actions import REMOVE
from kartoteka.builtin.clients.directory.importing import DIRECTORY_TARGET
from kartoteka.builtin.clients.directory.kinds import COMPANY, DIRECTORY
from kartoteka.builtin.clients.directory.kinds import SEARCH as DIRECTORY_SEARCH
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.directory.suggesting import suggest_from_directory
from kartoteka.builtin.clients.duplicates import find_duplicates as find_duplicate_clients
from kartoteka.builtin.clients.fields import CLIENT_KIND, VIEW
from kartoteka.builtin.clients.health.checks import HEALTH_CHECKS
from kartoteka.builtin.clients.kinds import KINDS
from kartoteka.builtin.clients.layout import views as layout_views
from kartoteka.builtin.clients.layout.models import CardLayout
from kartoteka.builtin.clients.list_columns import CLIENTS
from kartoteka.builtin.clients.loading.target import CLIENTS_TARGET
from kartoteka.builtin.clients.mail_came import MAIL_CAME, tell_of_mail
from kartoteka.builtin.clients.menu import MENU
from kartoteka.builtin.clients.models import (
    Client,
    ClientBlock,
    ClientGroup,
    ClientShare,
    ComparedClient,
    DistinctClients,
    SimilarClients,
)
from kartoteka.builtin.clients.pairs import job as pairs_job
from kartoteka.builtin.clients.pairs import views as pair_views
from kartoteka.builtin.clients.panels import PANELS
from kartoteka.builtin.clients.rights import PERMISSIONS, ROLES
from kartoteka.builtin.clients.tags.kinds import KINDS as TAG_KINDS
from kartoteka.builtin.clients.tags.models import Tag, Tagging
from kartoteka.builtin.clients.tags.pages import STARS, TAG_ACTIONS, TAGS_PANEL
from kartoteka.builtin.clients.visits import views as visit_views
from kartoteka.builtin.clients.visits.models import ClientVisit
from kartoteka.builtin.files.queries import FILE, SEE_FILES, VERSION, count_files
from kartoteka.builtin.timeline.queries import NOTE
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.companies import CompanySuggestion
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.health import HealthCheck
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.ui import Badge, MenuItem, Panel, Tab
from kartoteka.extension.declarations.work import Action, DuplicateHit, DuplicateProbe, Job, NotificationType, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.incoming import IncomingMail
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import ModuleBlueprint
from kartoteka.web.lists import RecordList

__all__ = [
    "as_of_views",
    "assistant_views",
    "card_views",
    "directory_views",
    "file_views",
    "group_views",
    "layout_views",
    "list_views",
    "log_views",
    "pair_views",
    "share_views",
    "timeline_views",
    "visit_views",
]


@hookimpl
def register_module() -> Module:
    return Module(
        name="clients",
        title=_("Clients"),
        description=_("The registry of existing and potential clients, and the card of each."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "notifications", "files", "timeline"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [
        CardLayout,
        Tag,
        Tagging,
        ClientTemplate,
        ClientGroup,
        Client,
        ClientShare,
        DistinctClients,
        SimilarClients,
        ComparedClient,
        ClientBlock,
        DirectoryCompany,
        ClientVisit,
    ]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_roles() -> list[RoleTemplate]:
    return ROLES


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [*KINDS, *TAG_KINDS, COMPANY]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return [*NOTIFICATION_TYPES, MAIL_CAME]


@hookimpl
def register_search() -> list[SearchText]:
    found_by = ("number", "name", "registration_code", "vat_code", "phone", "mobile", "fax", "email", "website")
    found_by += ("activity",)
    return [SearchText(kind=CLIENT_KIND, fields=found_by, permission=VIEW), DIRECTORY_SEARCH]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return MENU


@hookimpl
def register_lists() -> list[RecordList]:
    return [CLIENTS, DIRECTORY]


@hookimpl
def register_tabs() -> list[Tab]:
    return [
        Tab(
            kinds=(CLIENT_KIND,),
            name="timeline",
            title=_("Timeline"),
            permission=VIEW,
            tells=(NOTE,),
            endpoint="clients.show_timeline",
            weight=10,
        ),
        Tab(
            kinds=(CLIENT_KIND,),
            name="files",
            title=_("Documents"),
            permission=SEE_FILES,
            tells=(FILE, VERSION),
            endpoint="clients.show_client_files",
            count=count_files,
            weight=40,
        ),
        Tab(
            kinds=(CLIENT_KIND,),
            name="log",
            title=_("Change log"),
            permission=VIEW,
            tells=(CLIENT_KIND,),
            endpoint="clients.show_log",
            weight=900,
        ),
        Tab(
            kinds=(CLIENT_KIND,),
            name="as_of",
            title=_("As of a day"),
            permission=VIEW,
            tells=(CLIENT_KIND,),
            endpoint="clients.show_as_of",
            weight=910,
        ),
    ]


@hookimpl
def register_panels() -> list[Panel]:
    return [*PANELS, TAGS_PANEL]


@hookimpl
def register_badges() -> list[Badge]:
    return [STARS]


@hookimpl
def register_actions() -> list[Action]:
    return [*ACTIONS, *TAG_ACTIONS, *COPY_ACTIONS, REMOVE]


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [CLIENTS_TARGET, DIRECTORY_TARGET]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(
            table="core_tagging",
            column="client_id",
            on_merge="drop_duplicates",
            unique_with=("tag_id",),
            on_delete="with_client",
        ),
        ClientReference(
            table="core_client_share",
            column="client_id",
            on_merge="drop_duplicates",
            unique_with=("user_id",),
            on_delete="with_client",
        ),
        ClientReference(table="core_client", column="merged_into_id", on_delete="with_client"),
        *(
            ClientReference(
                table="core_client_distinct",
                column=column,
                on_merge="drop_duplicates",
                unique_with=(other,),
                on_delete="with_client",
            )
            for column, other in (("first_id", "second_id"), ("second_id", "first_id"))
        ),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    blank = ("first_name", "personal_code", "sex", "phone", "mobile", "fax", "email", "bank_account", "notes")
    replacements = {**dict.fromkeys(blank, ""), "surname": "–", "birth_date": None, "income": None}
    return [
        PersonalData(table="core_client", client_column="id", replacements=replacements),
        PersonalData(table="core_client_share", client_column="client_id", replacements={"reason": ""}),
    ]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    return HEALTH_CHECKS


@hookimpl
def register_jobs() -> list[Job]:
    return [*bin_job.JOBS, *pairs_job.JOBS]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [*bin_job.SCHEDULES, *pairs_job.SCHEDULES]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def register_commands() -> list[click.Command]:
    return [load]


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_extras(session)


@hookimpl
def find_duplicates(session: Session, probe: DuplicateProbe) -> Sequence[DuplicateHit]:
    return find_duplicate_clients(session, probe)


@hookimpl
def suggest_companies(session: Session, query: str, country: str) -> Sequence[CompanySuggestion]:
    return suggest_from_directory(session, query)


@hookimpl
def receive_mail(session: Session, mail: IncomingMail) -> RecordRef | None:
    tell_of_mail(session, mail)
    return None
