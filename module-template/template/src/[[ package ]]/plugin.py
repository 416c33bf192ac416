"""Table of contents: everything the module adds to Kartoteka. No logic here."""

from __future__ import annotations

from pathlib import Path

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    CARD_SIDE,
    Action,
    ClientReference,
    Module,
    OwnedByClient,
    Panel,
    Permission,
    PersonalData,
    RecordKind,
    Report,
    RoleTemplate,
    SearchText,
    Tab,
)
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint
from [[ package ]] import queries
from [[ package ]].actions import ADD_NOTE
from [[ package ]].demo import add_demo_notes
from [[ package ]].fields import FIELDS, NOTE, VIEW, WRITE
from [[ package ]].models import Note
from [[ package ]].panels import load_latest_notes
from [[ package ]].reports import NOTES_OF_A_PERIOD
from [[ package ]].views import blueprint

_ = Texts("[[ name ]]")


@hookimpl
def register_module() -> Module:
    return Module(
        name="[[ name ]]",
        title=_("[[ title ]]"),
        description=_("Notes about clients: what happened on which day."),
        version="0.1.0",
        api=API_VERSION,
        migrations=Path(__file__).parent / "migrations",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Note]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=VIEW,
            title=_("See notes"),
            description=_("See the notes about the clients one may see."),
            record_kind=NOTE,
            also_requires=("clients.view",),
            weight=10,
        ),
        Permission(
            name=WRITE,
            title=_("Write notes"),
            description=_("Add and change notes."),
            record_kind=NOTE,
            also_requires=(VIEW,),
            weight=20,
        ),
    ]


@hookimpl
def register_roles() -> list[RoleTemplate]:
    return [RoleTemplate(name="writer", title=_("Writer of notes"), permissions=("clients.view", VIEW, WRITE))]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=NOTE,
            title=_("Note"),
            plural_title=_("Notes"),
            icon="note",
            model=Note,
            permission=VIEW,
            scope=OwnedByClient(),
            client_column="client_id",
            change_permission=WRITE,
            fields=FIELDS,
            summarise=queries.summarise_notes,
            url=queries.note_url,
        )
    ]


@hookimpl
def register_search() -> list[SearchText]:
    return [SearchText(kind=NOTE, fields=("subject", "details"), permission=VIEW)]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="[[ name ]]_note", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    erased = {"subject": "–", "details": ""}
    return [PersonalData(table="[[ name ]]_note", client_column="client_id", replacements=erased)]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_tabs() -> list[Tab]:
    return [
        Tab(
            kinds=(CLIENT_KIND,),
            name="notes",
            title=_("[[ title ]]"),
            permission=VIEW,
            endpoint="[[ name ]].show_client_notes",
            count=queries.count_notes,
        )
    ]


@hookimpl
def register_panels() -> list[Panel]:
    return [
        Panel(
            name="latest",
            slot=CARD_SIDE,
            kinds=(CLIENT_KIND,),
            title=_("[[ title ]]"),
            permission=VIEW,
            template="[[ name ]]/latest.html",
            load=load_latest_notes,
            actions=(f"[[ name ]].{ADD_NOTE.name}",),
        )
    ]


@hookimpl
def register_actions() -> list[Action]:
    return [ADD_NOTE]


@hookimpl
def register_reports() -> list[Report]:
    return [NOTES_OF_A_PERIOD]


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_notes(session, size)
