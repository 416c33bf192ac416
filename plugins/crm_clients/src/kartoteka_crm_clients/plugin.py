"""Table of contents of the module "Clients: contacts and addresses"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kartoteka.api import API_VERSION, hookimpl, join_parts
from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Action,
    ApiResource,
    Badge,
    ClientReference,
    ClientStep,
    Column,
    DocumentType,
    DuplicateHit,
    DuplicateProbe,
    Filter,
    ImportTarget,
    Job,
    MailTemplate,
    Module,
    NotificationType,
    Panel,
    Permission,
    PersonalData,
    RecordKind,
    Report,
    RoleTemplate,
    Schedule,
    SearchText,
    Tab,
    Widget,
)
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint
from kartoteka_crm_clients import views
from kartoteka_crm_clients.actions import ACTIONS
from kartoteka_crm_clients.addressing import plugin as addressing
from kartoteka_crm_clients.api_resources import API_RESOURCES
from kartoteka_crm_clients.birthdays import JOBS, NOTIFICATION_TYPES, SCHEDULES, WIDGETS
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.classes import plugin as classes
from kartoteka_crm_clients.client_steps import CLIENT_STEPS
from kartoteka_crm_clients.completeness import plugin as completeness
from kartoteka_crm_clients.contracts import plugin as contracts
from kartoteka_crm_clients.demo import add_demo_data
from kartoteka_crm_clients.documents import DOCUMENT_TYPES
from kartoteka_crm_clients.duplicates import find_by_contacts
from kartoteka_crm_clients.fields import ADDRESS, CONTACT, VIEW
from kartoteka_crm_clients.health import plugin as health
from kartoteka_crm_clients.importing import CONTACTS
from kartoteka_crm_clients.kinds import KINDS
from kartoteka_crm_clients.mails import MAIL_TEMPLATES
from kartoteka_crm_clients.marketing import plugin as marketing
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.panels import BADGES, COLUMNS, FILTERS, PANELS
from kartoteka_crm_clients.people import plugin as people
from kartoteka_crm_clients.queries import count_contacts
from kartoteka_crm_clients.registers import plugin as registers
from kartoteka_crm_clients.relations import plugin as relations
from kartoteka_crm_clients.reports import REPORTS
from kartoteka_crm_clients.rights import PERMISSIONS, ROLES
from kartoteka_crm_clients.segments import plugin as segments
from kartoteka_crm_clients.service import keep_one_main_address
from kartoteka_crm_clients.stages import plugin as stages
from kartoteka_crm_clients.terms import plugin as terms
from kartoteka_crm_clients.vcards import plugin as vcards

__all__ = ["views"]

_ = Texts("crm_clients")


@hookimpl
def register_module() -> Module:
    return Module(
        name="crm_clients",
        title=_("Contacts and addresses"),
        description=_("Contact persons, addresses and birthdays on the client card."),
        version="0.1.0",
        api=API_VERSION,
        migrations=Path(__file__).parent / "migrations",
        audit_words={
            "limits_changed": _("Limits of classes changed"),
            "a": _("A: up to % of the turnover"),
            "b": _("B: up to % of the turnover"),
            "x": _("X: varies by at most %"),
            "y": _("Y: varies by at most %"),
        },
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Contact, Address]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_roles() -> list[RoleTemplate]:
    return ROLES


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_search() -> list[SearchText]:
    person = ("first_name", "surname", "job_title", "phone", "mobile", "email")
    place = ("street", "postcode", "city", "district", "region")
    return [
        SearchText(kind=CONTACT, fields=person, permission=VIEW),
        SearchText(kind=ADDRESS, fields=place, permission=VIEW),
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_clients_contact", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_clients_address", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    texts = ("first_name", "job_title", "phone", "mobile", "email", "notes")
    person = {**dict.fromkeys(texts, ""), "surname": "–", "birthday": None}
    place = {"street": "", "postcode": "", "district": "", "notes": ""}
    return [
        PersonalData(table="crm_clients_contact", client_column="client_id", replacements=person, is_person=True),
        PersonalData(table="crm_clients_address", client_column="client_id", replacements=place),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_tabs() -> list[Tab]:
    return [
        Tab(
            kinds=(CLIENT_KIND,),
            name="contacts",
            title=_("Contacts"),
            permission=VIEW,
            tells=(CONTACT,),
            endpoint="crm_clients.show_client_contacts",
            count=count_contacts,
            weight=20,
        )
    ]


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
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def register_client_steps() -> list[ClientStep]:
    return CLIENT_STEPS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def register_document_types() -> list[DocumentType]:
    return DOCUMENT_TYPES


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_mail_templates() -> list[MailTemplate]:
    return MAIL_TEMPLATES


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [CONTACTS]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def find_duplicates(session: Session, probe: DuplicateProbe) -> Sequence[DuplicateHit]:
    return find_by_contacts(session, probe)


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    keep_one_main_address(session, kept_id)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session, size)


join_parts(
    __name__,
    [
        people,
        relations,
        vcards,
        stages,
        addressing,
        contracts,
        health,
        terms,
        registers,
        marketing,
        segments,
        classes,
        completeness,
    ],
)
