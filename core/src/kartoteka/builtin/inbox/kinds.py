"""Mails that came in as records, their list, and what the search finds of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.builtin.files.queries import client_names
from kartoteka.builtin.inbox.models import MAIL, SORT, VIEW, InboxAccount, InboxMail, unsorted_mail
from kartoteka.builtin.inbox.queries import mail_url, summarise_mails
from kartoteka.builtin.inbox.wording import KINDS
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind, SearchText
from kartoteka.extension.declarations.scopes import OwnedByClientOr
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists import ListColumn, ListFilter, RecordList, columns_of, filters_of, orders_of

FIELDS: tuple[Field, ...] = (
    Field(name="subject", title=_("Subject"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="sender_name", title=_("Sender"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="sender", title=_("Sender's address"), type=FieldType.LINE, personal=True, searchable=True),
    Field(name="kind", title=_("Kind"), type=FieldType.CHOICE, choices=KINDS, required=True),
    Field(name="reply", title=_("Text"), type=FieldType.BLOCK, personal=True, searchable=True, tracked=False),
    Field(name="received_at", title=_("Received"), type=FieldType.DATETIME, required=True, sort="received_at"),
    Field(name="sent_at", title=_("Sent on"), type=FieldType.DATETIME),
    Field(name="client_id", title=_("Client"), type=FieldType.RECORD),
    Field(name="state", title=_("State"), type=FieldType.LINE),
)
LISTED = ("subject", "sender_name", "sender", "kind", "received_at")
KIND = RecordKind(
    kind=MAIL,
    title=_("Incoming e-mails"),
    plural_title=_("Incoming e-mails"),
    icon="inbox",
    model=InboxMail,
    permission=VIEW,
    change_permission=SORT,
    scope=OwnedByClientOr(others=unsorted_mail),
    fields=FIELDS,
    summarise=summarise_mails,
    url=mail_url,
    client_column="client_id",
)
SEARCH = [SearchText(kind=MAIL, fields=("subject", "sender_name", "sender", "reply"), permission=VIEW)]


def _names_of_clients(session: Session, ids: Any) -> dict[int, str]:
    rows = session.execute(select(InboxMail.id, InboxMail.client_id).where(InboxMail.id.in_(list(ids)))).all()
    known = client_names(session, [row.client_id for row in rows if row.client_id is not None])
    return {row.id: known[row.client_id][1] for row in rows if row.client_id in known}


def _mailboxes(session: Session) -> list[Choice]:
    rows = session.execute(select(InboxAccount.id, InboxAccount.title).order_by(InboxAccount.title))
    return [Choice(str(row.id), row.title) for row in rows]


_FIELDS = tuple(field for field in FIELDS if field.name in LISTED)
INBOX = RecordList(
    name="inbox.mails",
    kind=MAIL,
    model=InboxMail,
    title=_("Incoming e-mails"),
    icon="inbox",
    path="/inbox/",
    columns=(
        *columns_of(_FIELDS, InboxMail),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, value=_names_of_clients),
    ),
    filters=(
        *filters_of(_FIELDS, InboxMail),
        ListFilter(
            name="mailbox",
            title=_("Mailbox"),
            type=FieldType.CHOICE,
            choices=_mailboxes,
            condition=lambda chosen: InboxMail.account_id.in_([int(one) for one in chosen if one.isdigit()]),
        ),
        ListFilter(
            name="sorted",
            title=_("Has a client"),
            type=FieldType.YES_NO,
            condition=lambda wanted: InboxMail.client_id.is_not(None) if wanted else InboxMail.client_id.is_(None),
        ),
    ),
    orders=orders_of(_FIELDS, InboxMail),
    order="-received_at",
    shown=("sender_name", "client", "kind", "received_at"),
    facts=("sender_name", "client", "received_at"),
    name_column="subject",
    quick=("sorted", "kind"),
    searched=lambda session: (MAIL,),
    search_hint=_("Subject, sender, or words in the e-mail"),
    nothing_yet=_("E-mails of the mailboxes that are set up come in here by themselves."),
)
