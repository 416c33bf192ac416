"""Mail that came in, in the stream of clients and of the records that modules have made of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from kartoteka.builtin.inbox.models import MAIL, VIEW, InboxMail
from kartoteka.db.session import Session
from kartoteka.extension.declarations.timeline import StreamPart, TimelineEntry, TimelineSource
from kartoteka.vocabulary.incoming import MailKind
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState

_SHOWN = 600


def read_mails(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the letters of a client, or those that a record was made of, that the reader may see; one statement."""
    columns = select(
        InboxMail.id,
        InboxMail.received_at,
        InboxMail.subject,
        InboxMail.sender,
        InboxMail.sender_name,
        func.substr(InboxMail.reply, 1, _SHOWN).label("reply"),
    ).where(InboxMail.kind == MailKind.MAIL, ~InboxMail.is_copy, InboxMail.state != RecordState.DELETED)
    if part.client_id is not None:
        columns = columns.where(InboxMail.client_id == part.client_id)
    else:
        columns = columns.where(InboxMail.about == part.record)
    rows = session.execute(part.newest(columns, InboxMail.received_at, InboxMail.id)).all()
    return [
        TimelineEntry(
            id=row.id,
            at=row.received_at,
            title=_("E-mail from %(name)s", name=row.sender_name or row.sender),
            text=f"{row.subject}\n{row.reply}"[:_SHOWN].strip(),
            about=RecordRef(MAIL, row.id),
        )
        for row in rows
    ]


STREAM = TimelineSource(
    name="received", title=_("Incoming e-mails"), icon="inbox", permission=VIEW, read=read_mails, tells=(MAIL,)
)
