"""Mail in the stream of records and clients, and the letter that mails may begin with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.builtin.mail.actions import belongs_to_a_client, write_page
from kartoteka.builtin.mail.kinds import STAGES
from kartoteka.builtin.mail.models import MAIL_KIND, SEND, VIEW, Mail
from kartoteka.builtin.mail.texts import GENERAL
from kartoteka.builtin.users.queries import name_of
from kartoteka.db.session import Session
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.declarations.timeline import Composer, StreamPart, TimelineEntry, TimelineSource
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

_SHOWN = 600
_TITLES = {choice.value: choice.title for choice in STAGES}


def read_mails(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the mails to a client, or about a record, that the reader may see; one statement."""
    columns = select(
        Mail.id,
        Mail.created_at,
        Mail.subject,
        Mail.recipient_line,
        Mail.text,
        Mail.stage,
        name_of(Mail.user_id).label("who"),
    )
    if part.client_id is not None:
        columns = columns.where(Mail.client_id == part.client_id)
    else:
        columns = columns.where(Mail.about_kind == part.record.kind, Mail.about_id == part.record.id)
    rows = session.execute(part.newest(columns, Mail.created_at, Mail.id)).all()
    return [
        TimelineEntry(
            id=row.id,
            at=row.created_at,
            title=_("E-mail to %(names)s: %(stage)s", names=row.recipient_line, stage=_TITLES[row.stage]),
            who=row.who or "",
            text=f"{row.subject}\n{row.text}"[:_SHOWN].strip(),
            about=RecordRef(MAIL_KIND, row.id),
        )
        for row in rows
    ]


SENT_MAIL = TimelineSource(
    name="sent",
    title=_("Sent e-mails"),
    icon="mail",
    permission=VIEW,
    read=read_mails,
    tells=(MAIL_KIND,),
    composer=Composer(
        title=_("E-mail"),
        icon="mail",
        permission=SEND,
        page=lambda record: write_page([record]),
        when=belongs_to_a_client,
    ),
)
LETTER = MailTemplate(
    name="letter",
    title=_("Letter"),
    subject=_("From {company}"),
    body=_("Dear {client_name},\n\n\n\nYours sincerely,\n{my_name}"),
    placeholders={name: GENERAL[name] for name in ("company", "client_name", "my_name")},
    sample={"company": "UAB Langai", "client_name": "UAB Durys", "my_name": "Rasa"},
)
