"""Letters of the shared mailbox as records, their list, and what the search finds of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import Choice, Field, FieldType, OwnedByClientOr, RecordKind, SearchText
from kartoteka.api.lists import ListColumn, ListFilter, RecordList, columns_of, filters_of, orders_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_inquiries.letters import queries
from kartoteka_crm_inquiries.letters.models import SharedLetter, worked_on_together
from kartoteka_crm_inquiries.letters.rules import STATES
from kartoteka_crm_inquiries.naming import LETTER, SHARED_MAIL

_ = Texts("crm_inquiries")

FIELDS = (
    Field(name="subject", title=_("Subject"), type=FieldType.LINE, searchable=True, personal=True),
    Field(name="sender_name", title=_("Sender"), type=FieldType.LINE, searchable=True, personal=True),
    Field(name="sender", title=_("Sender's address"), type=FieldType.LINE, searchable=True, personal=True),
    Field(name="status", title=_("State"), type=FieldType.CHOICE, choices=STATES, required=True),
    Field(name="assignee_id", title=_("Who works on it"), type=FieldType.USER),
    Field(name="received_at", title=_("Received"), type=FieldType.DATETIME, required=True, sort="received_at"),
    Field(name="answered_at", title=_("Answered"), type=FieldType.DATETIME),
    Field(name="mails", title=_("E-mails"), type=FieldType.INTEGER),
    Field(name="client_id", title=_("Client"), type=FieldType.RECORD),
    Field(name="inquiry_id", title=_("Inquiry"), type=FieldType.RECORD),
    Field(name="state", title=_("Archived"), type=FieldType.LINE),
)
_LISTED = ("subject", "sender_name", "sender", "status", "received_at", "answered_at", "mails")
_FILTERED = (*_LISTED, "assignee_id")
KIND = RecordKind(
    kind=LETTER,
    title=_("E-mail of the shared mailbox"),
    plural_title=_("Shared mailbox"),
    icon="inbox",
    model=SharedLetter,
    permission=SHARED_MAIL,
    change_permission=SHARED_MAIL,
    scope=OwnedByClientOr(others=worked_on_together),
    client_column="client_id",
    owner_columns=("assignee_id",),
    fields=FIELDS,
    summarise=queries.summarise_letters,
    url=queries.letter_url,
)
SEARCH = [SearchText(kind=LETTER, fields=("subject", "sender_name", "sender"), permission=SHARED_MAIL)]


def _client_name() -> ColumnElement[Any]:
    return select(Client.name).where(Client.id == SharedLetter.client_id).scalar_subquery()


def _mailboxes(session: Session) -> Sequence[Choice]:
    return [Choice(str(account_id), title) for account_id, title in queries.mailboxes(session)]


LETTER_LIST = RecordList(
    name="crm_inquiries.letters",
    kind=LETTER,
    model=SharedLetter,
    title=_("Shared mailbox"),
    icon="inbox",
    path="/crm_inquiries/letters/",
    columns=(
        *columns_of((one for one in FIELDS if one.name in _LISTED), SharedLetter),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, expression=_client_name()),
        ListColumn(
            name="assignee",
            title=_("Who works on it"),
            type=FieldType.LINE,
            expression=name_of(SharedLetter.assignee_id),
        ),
    ),
    filters=(
        *filters_of((one for one in FIELDS if one.name in _FILTERED), SharedLetter),
        ListFilter(
            name="unassigned",
            title=_("Nobody works on it"),
            type=FieldType.YES_NO,
            condition=lambda wanted: (
                SharedLetter.assignee_id.is_(None) if wanted else SharedLetter.assignee_id.is_not(None)
            ),
        ),
        ListFilter(
            name="mailbox",
            title=_("Mailbox"),
            type=FieldType.CHOICE,
            choices=_mailboxes,
            condition=lambda chosen: SharedLetter.account_id.in_([int(one) for one in chosen if one.isdigit()]),
        ),
    ),
    orders=orders_of(FIELDS, SharedLetter),
    order="-received_at",
    shown=("sender_name", "client", "status", "assignee", "received_at"),
    facts=("sender_name", "status", "assignee"),
    name_column="subject",
    tabs="status",
    quick=("unassigned", "assignee_id", "mailbox"),
    users=known_users,
    searched=lambda session: (LETTER,),
    search_hint=_("Subject, sender or address"),
    nothing_yet=_("E-mails to the company's mailboxes come in here by themselves; one colleague takes each of them."),
)
