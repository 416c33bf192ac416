"""Documents in the stream of their client and of the record they were made of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.builtin.documents.models import DOCUMENT, VIEW, Document, DocumentState
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry, TimelineSource
from kartoteka.extension.dispatch import document_types
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def read_documents(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the documents made of a record or for a client, the newest first; two statements."""
    types = {one.key: one for one in document_types(session)}
    mine = Document.id == part.record.id if part.record.kind == DOCUMENT else Document.source == part.record
    if part.client_id is not None:
        mine = Document.client_id == part.client_id
    statement = select(Document).where(Document.type.in_(list(types)), mine)
    found = session.scalars(part.newest(statement, Document.created_at, Document.id)).all()
    people = user_names(session, sorted({one.user_id for one in found if one.user_id}))
    return [_entry(one, str(types[one.type].title), people.get(one.user_id or 0, "")) for one in found]


def _entry(document: Document, kind: str, who: str) -> TimelineEntry:
    values = {"kind": kind, "number": document.number or "", "title": document.title}
    words = _("%(kind)s created: %(title)s", **values)
    if document.number:
        words = _("%(kind)s %(number)s created: %(title)s", **values)
    return TimelineEntry(
        id=document.id,
        at=document.created_at,
        title=words,
        who=who,
        text=_("Void: %(reason)s", reason=document.void_reason) if document.state == DocumentState.VOIDED else "",
        about=RecordRef(DOCUMENT, document.id),
    )


MADE = TimelineSource(
    name="documents",
    title=_("Created documents"),
    icon="file-text",
    permission=VIEW,
    read=read_documents,
    tells=(DOCUMENT,),
    weight=40,
)
