"""What the feature "documents" adds: documents made of records, their templates, and the job that keeps their PDF."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.builtin.documents import print_views, printing, template_views
from kartoteka.builtin.documents.job import JOBS
from kartoteka.builtin.documents.models import DOCUMENT, MANAGE, VIEW, VOID, Document, DocumentPrint, DocumentTemplate
from kartoteka.builtin.documents.queries import reasons_to_keep, summarise_documents
from kartoteka.builtin.documents.telling import MADE
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, Field, FieldType, PersonalData, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Action, Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

PAGES = (print_views, template_views)
"""Imported for their routes."""
KINDS = [
    RecordKind(
        kind=DOCUMENT,
        title=_("Document"),
        plural_title=_("Created documents"),
        icon="file-text",
        model=Document,
        permission=VIEW,
        scope=OwnedByClient("client_id"),
        client_column="client_id",
        tracked=False,
        fields=(
            Field(name="title", title=_("Title"), type=FieldType.LINE, personal=True),
            Field(name="number", title=_("Number"), type=FieldType.CODE),
            Field(name="day", title=_("Date"), type=FieldType.DATE),
            Field(name="state", title=_("State"), type=FieldType.CODE),
        ),
        summarise=summarise_documents,
        url=lambda record_id: f"/documents/{record_id}",
    )
]


@hookimpl
def register_module() -> Module:
    return Module(
        name="documents",
        title=_("Created documents"),
        description=_("Numbered documents as PDF, with templates that the company can change."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "jobs", "files", "mail"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Document, DocumentPrint, DocumentTemplate]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=VIEW,
            title=_("See and make documents"),
            description=_("Make documents as PDF of the records one may see, and see those that were made."),
            record_kind=DOCUMENT,
        ),
        Permission(
            name=VOID,
            title=_("Void documents"),
            description=_("Take documents out of force; their numbers stay used."),
            record_kind=DOCUMENT,
            also_requires=(VIEW,),
        ),
        Permission(
            name=MANAGE,
            title=_("Change templates and number series"),
            description=_("Change how documents look and how they are numbered."),
        ),
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="core_document", column="client_id", on_delete="with_client")]


@hookimpl
def client_delete_blockers(session: Session, client_ids: Sequence[int]) -> Sequence[Message]:
    return reasons_to_keep(session, client_ids)


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="core_document",
            client_column="client_id",
            replacements={"title": "–", "void_reason": "", "content": {}, "pdf_blob": None},
            keep_until="keep_until",
            legal_reason=_("Documents of accounting are kept for as long as the law says."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [template_views.blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return [*JOBS, *printing.JOBS]


@hookimpl
def register_schedules() -> list[Schedule]:
    return printing.SCHEDULES


@hookimpl
def register_actions() -> list[Action]:
    return printing.ACTIONS


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    printing.forget_all_prints(session)


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [MADE]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="documents",
            title=_("Created documents"),
            endpoint="documents.show_documents",
            permission=VIEW,
            icon="file-text",
            parent="files.files",
            weight=50,
        ),
        MenuItem(
            name="templates",
            title=_("Document templates"),
            endpoint="documents.show_templates",
            permission=MANAGE,
            icon="palette",
            weight=965,
        ),
    ]
