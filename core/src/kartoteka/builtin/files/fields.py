"""The fields of a document, described once; what its kinds and statuses begin with, and the names of the rights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kartoteka.builtin.directories.queries import coded_choices, known_coded_entries
from kartoteka.builtin.files.models import KIND_DIRECTORY, STATUS_DIRECTORY
from kartoteka.extension.declarations.confidential import may_be_confidential
from kartoteka.extension.declarations.data import Choice, Colour, Field, FieldType
from kartoteka.extension.declarations.directories import Directory, StartEntry
from kartoteka.vocabulary.message import text as _

FILE: Final = "files.file"
VERSION: Final = "files.version"
LINK: Final = "files.link"
SERIES: Final = "files"
MASK: Final = "{year}-{number:05}"

VIEW: Final = "files.view"
ADD: Final = "files.add"
EDIT: Final = "files.edit"
DELETE: Final = "files.delete"
MANAGE: Final = "files.manage"

OTHER: Final = "other"
KINDS: tuple[Choice, ...] = (
    Choice("agreement", _("Agreement"), icon="writing-sign"),
    Choice("offer", _("Offer"), icon="file-dollar"),
    Choice("specification", _("Project specification"), icon="list-details"),
    Choice("drawing", _("Drawing"), icon="ruler-2"),
    Choice("act", _("Act"), icon="file-check"),
    Choice("contract", _("Contract"), icon="file-certificate"),
    Choice("invoice", _("Invoice"), icon="file-invoice"),
    Choice("letter", _("Letter"), icon="mail"),
    Choice("photo", _("Photo"), icon="photo"),
    Choice(OTHER, _("Other document"), icon="file-text"),
)
STATUSES: tuple[Choice, ...] = (
    Choice("in_preparation", _("In preparation"), Colour.PLANNED),
    Choice("working", _("Working version"), Colour.PLANNED),
    Choice("sent", _("Sent"), Colour.TODAY),
    Choice("signed", _("Signed"), Colour.DONE),
    Choice("in_force", _("In force"), Colour.DONE),
    Choice("ended", _("Ended"), Colour.NONE),
)


def _beginning(choices: Iterable[Choice]) -> list[StartEntry]:
    return [StartEntry(code=one.value, name=one.title, colour=one.colour or "") for one in choices]


DIRECTORIES = [
    Directory(
        name=KIND_DIRECTORY.partition(".")[2],
        title=_("Kinds of documents"),
        entry_title=_("Kind of document"),
        icon="file-text",
        start=lambda: _beginning(KINDS),
        weight=40,
    ),
    Directory(
        name=STATUS_DIRECTORY.partition(".")[2],
        title=_("Statuses of documents"),
        entry_title=_("Status of documents"),
        icon="file-check",
        coloured=True,
        start=lambda: _beginning(STATUSES),
        weight=41,
    ),
]
(NOTE,) = may_be_confidential(
    FILE, [Field(name="note", title=_("Note"), type=FieldType.BLOCK, searchable=True, personal=True)]
)
"""The one field that a company may mark as confidential: by everything else documents are found and told apart."""
FIELDS: tuple[Field, ...] = (
    Field(name="number", title=_("Number"), type=FieldType.CODE, required=True, searchable=True, sort="number"),
    Field(
        name="title",
        title=_("Title"),
        type=FieldType.LINE,
        required=True,
        searchable=True,
        personal=True,
        sort="title_sort",
    ),
    Field(
        name="kind",
        title=_("Kind"),
        type=FieldType.CHOICE,
        choices=coded_choices(KIND_DIRECTORY),
        known_choices=known_coded_entries(KIND_DIRECTORY),
        required=True,
    ),
    Field(
        name="status",
        title=_("Status"),
        type=FieldType.CHOICE,
        choices=coded_choices(STATUS_DIRECTORY),
        known_choices=known_coded_entries(STATUS_DIRECTORY),
    ),
    Field(name="registered_on", title=_("Registered on"), type=FieldType.DATE, required=True, sort="registered_on"),
    Field(name="registered_by", title=_("Registered by"), type=FieldType.USER),
    NOTE,
    Field(name="keep_until", title=_("Kept by law until"), type=FieldType.DATE),
    Field(name="filename", title=_("File"), type=FieldType.LINE, searchable=True, personal=True),
    Field(name="size", title=_("Size"), type=FieldType.INTEGER),
    Field(name="latest", title=_("Version"), type=FieldType.INTEGER),
    Field(name="client_id", title=_("Client"), type=FieldType.RECORD),
    Field(name="state", title=_("State"), type=FieldType.LINE),
    Field(name="words", title=_("Words in the file"), type=FieldType.BLOCK, tracked=False, searchable=True),
    Field(name="words_blob", title=_("Version whose words were read"), type=FieldType.LINE, tracked=False),
)
LISTED = ("number", "title", "kind", "status", "registered_on", "registered_by", "filename", "keep_until")

VERSION_FIELDS: tuple[Field, ...] = (
    Field(name="number", title=_("Version"), type=FieldType.INTEGER, required=True),
    Field(name="filename", title=_("File"), type=FieldType.LINE, personal=True),
    Field(name="comment", title=_("What was changed"), type=FieldType.LINE, personal=True),
    Field(name="saved_by", title=_("Saved by"), type=FieldType.USER),
    Field(name="size", title=_("Size"), type=FieldType.INTEGER),
)

LINK_FIELDS: tuple[Field, ...] = (
    Field(name="file_id", title=_("Document"), type=FieldType.RECORD, required=True),
    Field(name="record", title=_("Belongs to"), type=FieldType.RECORD, column="record_id", required=True),
)


def kind_icon(kind: str) -> str:
    """Return the icon of a kind of documents."""
    return next((one.icon for one in KINDS if one.value == kind and one.icon), "file-text")
