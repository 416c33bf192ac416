"""The record kind of mails in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Table, and_, or_, select

from kartoteka.builtin.mail.models import MAIL_KIND, MANAGE, VIEW, Mail, MailStage
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind, SearchText
from kartoteka.extension.declarations.scopes import OwnedByClientOr
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

STAGES = (
    Choice(MailStage.WAITING, _("Waiting"), colour="planned", icon="clock"),
    Choice(MailStage.SENDING, _("Being sent"), colour="today", icon="loader"),
    Choice(MailStage.SENT, _("Sent"), colour="done", icon="check"),
    Choice(MailStage.FAILED, _("Not sent"), colour="overdue", icon="alert-triangle"),
    Choice(MailStage.UNSURE, _("Perhaps sent"), colour="overdue", icon="help-circle"),
    Choice(MailStage.BOUNCED, _("Came back"), colour="overdue", icon="arrow-back-up"),
    Choice(MailStage.CANCELLED, _("Stopped"), colour="none", icon="ban"),
)


def sent_by(actor: Actor) -> ColumnElement[bool] | None:
    """Own mail, that of the department or of everybody by reach; what the program sends is for administrators."""
    if actor.can(MANAGE):
        return None
    if actor.reach is Reach.ALL:
        return Mail.user_id.is_not(None)
    own: ColumnElement[bool] = Mail.user_id == actor.user_id
    if actor.reach is Reach.OWN or actor.department_id is None:
        return own
    users: Table = Model.metadata.tables["core_user"]
    colleagues = select(users.c.id).where(users.c.department_id == actor.department_id)
    return or_(own, and_(Mail.user_id.is_not(None), Mail.user_id.in_(colleagues)))


def mail_url(id: int) -> str:
    """Return the address of a mail's page."""
    return f"/mail/{id}"


def summarise_mails(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return subject and recipients of each mail that the user sees; one statement."""
    rows = session.execute(select(Mail.id, Mail.subject, Mail.recipient_line).where(Mail.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(MAIL_KIND, row.id),
            title=row.subject or row.recipient_line,
            subtitle=row.recipient_line,
            url=mail_url(row.id),
        )
        for row in rows
    }


MAIL = RecordKind(
    kind=MAIL_KIND,
    title=_("E-mail"),
    plural_title=_("E-mails"),
    icon="mail",
    model=Mail,
    permission=VIEW,
    scope=OwnedByClientOr(others=sent_by),
    fields=(
        Field(name="subject", title=_("Subject"), type=FieldType.LINE, personal=True, searchable=True),
        Field(
            name="recipients",
            title=_("To"),
            type=FieldType.LINE,
            column="recipient_line",
            personal=True,
            searchable=True,
        ),
        Field(name="text", title=_("Text"), type=FieldType.BLOCK, personal=True),
        Field(name="stage", title=_("State"), type=FieldType.CHOICE, choices=STAGES),
        Field(name="user", title=_("Sent by"), type=FieldType.USER, column="user_id"),
        Field(name="created_at", title=_("Written on"), type=FieldType.DATETIME, sort="created_at"),
        Field(name="sent_at", title=_("Sent on"), type=FieldType.DATETIME),
    ),
    summarise=summarise_mails,
    url=mail_url,
    client_column="client_id",
    tracked=False,
    owner_columns=(),
)
KINDS = [MAIL]
SEARCH = [SearchText(kind=MAIL_KIND, fields=("subject", "recipients"), permission=VIEW)]
