"""Tags and who has them as records, so that the change log tells of them and every change can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.clients.fields import EDIT, VIEW
from kartoteka.builtin.clients.tags.models import Tag, Tagging
from kartoteka.builtin.clients.tags.service import MANAGE_TAGS
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

TAG_KIND, TAGGING_KIND = "clients.tag", "clients.tagging"


def tag_url(id: int) -> str:
    """Return the address of the page with all tags."""
    return f"/clients/tags/{id}"


def tagging_url(id: int) -> str:
    """Return the address of the page with all tags."""
    return "/clients/tags"


def summarise_tags(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the name of each tag; one statement."""
    rows = session.execute(select(Tag.id, Tag.name).where(Tag.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(TAG_KIND, row.id), title=row.name, url=tag_url(row.id)) for row in rows}


def summarise_taggings(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the name of the tag of each; one statement."""
    rows = session.execute(
        select(Tagging.id, Tagging.client_id, Tag.name).join(Tag, Tag.id == Tagging.tag_id).where(Tagging.id.in_(ids))
    )
    return {
        row.id: RecordSummary(RecordRef(TAGGING_KIND, row.id), title=row.name, url=f"/clients/{row.client_id}")
        for row in rows
    }


TAG = RecordKind(
    kind=TAG_KIND,
    title=_("Tag"),
    plural_title=_("Tags"),
    icon="tags",
    model=Tag,
    permission=VIEW,
    scope=Public(),
    fields=(
        Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
        Field(name="colour", title=_("Colour"), type=FieldType.LINE),
    ),
    summarise=summarise_tags,
    url=tag_url,
    change_permission=MANAGE_TAGS,
)
TAGGING = RecordKind(
    kind=TAGGING_KIND,
    title=_("Tag on a client"),
    plural_title=_("Tags on clients"),
    icon="tags",
    model=Tagging,
    permission=VIEW,
    scope=OwnedByClient(),
    fields=(Field(name="tag", title=_("Tag"), type=FieldType.RECORD, column="tag_id", required=True),),
    summarise=summarise_taggings,
    url=tagging_url,
    client_column="client_id",
    change_permission=EDIT,
)
KINDS = [TAG, TAGGING]
