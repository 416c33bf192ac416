"""Entries of directories as records, so that the change log says who changed which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import EntryTitle
from kartoteka.builtin.directories.rights import ENTRY_KIND, MANAGE
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary


def summarise_entries(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each entry is called."""
    rows = session.execute(
        select(DirectoryEntry.id, DirectoryEntry.name, DirectoryEntry.titles).where(DirectoryEntry.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(ENTRY_KIND, row.id), title=str(EntryTitle(row.name, row.titles)), url=entry_url(row.id)
        )
        for row in rows
    }


def entry_url(id: int) -> str:
    """Return the address of an entry's page."""
    return f"/directories/entries/{id}"


KINDS = [
    RecordKind(
        kind=ENTRY_KIND,
        title=_("Reference list entry"),
        plural_title=_("Reference list entries"),
        icon="list",
        model=DirectoryEntry,
        permission=MANAGE,
        scope=Public(),
        fields=(
            Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
            Field(name="country", title=_("Country"), type=FieldType.CHOICE),
            Field(name="parent_id", title=_("Belongs to"), type=FieldType.RECORD),
            Field(name="position", title=_("Place in the order"), type=FieldType.INTEGER),
            Field(name="colour", title=_("Colour"), type=FieldType.LINE),
            Field(name="closed", title=_("Closed"), type=FieldType.YES_NO),
        ),
        summarise=summarise_entries,
        url=entry_url,
        change_permission=MANAGE,
    )
]
