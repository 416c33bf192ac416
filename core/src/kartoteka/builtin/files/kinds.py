"""Documents as records, the register as a list, and what the search finds of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.builtin.files.fields import (
    ADD,
    EDIT,
    FIELDS,
    FILE,
    LINK,
    LINK_FIELDS,
    LISTED,
    VERSION,
    VERSION_FIELDS,
    VIEW,
)
from kartoteka.builtin.files.models import File, FileLink, FileVersion, own_files, own_links, own_versions
from kartoteka.builtin.files.queries import (
    client_names,
    file_url,
    link_url,
    summarise_files,
    summarise_links,
    summarise_versions,
    version_url,
)
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import FieldType, RecordKind, SearchText
from kartoteka.extension.declarations.scopes import OwnedByClientWithRight
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists import ListColumn, RecordList, columns_of, filters_of, orders_of

LONGEST_WORDS = 120_000

KINDS = [
    RecordKind(
        kind=FILE,
        title=_("Document"),
        plural_title=_("Documents"),
        icon="file-text",
        model=File,
        permission=VIEW,
        change_permission=EDIT,
        scope=OwnedByClientWithRight(others=own_files),
        fields=FIELDS,
        summarise=summarise_files,
        url=file_url,
        client_column="client_id",
        owner_columns=("registered_by",),
    ),
    RecordKind(
        kind=VERSION,
        title=_("Version of a document"),
        plural_title=_("Versions of documents"),
        icon="versions",
        model=FileVersion,
        permission=VIEW,
        change_permission=EDIT,
        scope=OwnedByClientWithRight(others=own_versions),
        fields=VERSION_FIELDS,
        summarise=summarise_versions,
        url=version_url,
        client_column="client_id",
        owner_columns=("saved_by",),
    ),
    RecordKind(
        kind=LINK,
        title=_("What a document belongs to"),
        plural_title=_("What documents belong to"),
        icon="link",
        model=FileLink,
        permission=VIEW,
        change_permission=EDIT,
        scope=OwnedByClientWithRight(others=own_links),
        fields=LINK_FIELDS,
        summarise=summarise_links,
        url=link_url,
        client_column="client_id",
    ),
]
SEARCH = [
    SearchText(
        kind=FILE, fields=("number", "title", "filename", "note", "words"), permission=VIEW, longest=LONGEST_WORDS
    )
]


def _user_name(column: Any) -> ColumnElement[Any]:
    return select(User.name).where(User.id == column).scalar_subquery()


def _names_of_clients(session: Session, ids: Any) -> dict[int, str]:
    rows = session.execute(select(File.id, File.client_id).where(File.id.in_(list(ids)))).all()
    known = client_names(session, [row.client_id for row in rows if row.client_id is not None])
    return {row.id: known[row.client_id][1] for row in rows if row.client_id in known}


_FIELDS = tuple(field for field in FIELDS if field.name in LISTED)
_FILTERED = tuple(replace(field, type=FieldType.LINE) if field.name == "number" else field for field in _FIELDS)
REGISTER = RecordList(
    name="files.register",
    kind=FILE,
    model=File,
    title=_("Documents"),
    icon="files",
    path="/files/",
    columns=(
        *columns_of(_FIELDS, File, user_name=_user_name),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, value=_names_of_clients),
    ),
    filters=filters_of(_FILTERED, File),
    orders=orders_of(_FIELDS, File),
    order="-registered_on",
    shown=("number", "client", "kind", "status", "registered_on", "registered_by"),
    facts=("number", "client", "registered_on"),
    name_column="title",
    quick=("status", "kind"),
    searched=lambda session: (FILE,),
    search_hint=_("Number, title, or words in the document"),
    edit_path="/edit",
    edit_permission=EDIT,
    new_path="/files/new",
    new_permission=ADD,
    new_title=_("Add a document"),
    nothing_yet=_("Contracts, offers, drawings, letters: what is added here is found again by any word in it."),
)
