"""The list of the outbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.builtin.mail.kinds import MAIL
from kartoteka.builtin.mail.models import MAIL_KIND, SEND, Mail
from kartoteka.builtin.users.queries import User, known_users
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists import RecordList, columns_of, filters_of, orders_of

_LISTED = tuple(field for field in MAIL.fields if field.name != "text")


def _user_name(column: Any) -> ColumnElement[Any]:
    return select(User.name).where(User.id == column).scalar_subquery()


OUTBOX = RecordList(
    name="mail.outbox",
    kind=MAIL_KIND,
    model=Mail,
    title=_("Outbox"),
    icon="send",
    path="/mail/",
    columns=columns_of(_LISTED, Mail, user_name=_user_name),
    filters=filters_of(MAIL.fields, Mail),
    orders=orders_of(_LISTED, Mail),
    order="-created_at",
    shown=("recipients", "stage", "user", "created_at", "sent_at"),
    facts=("recipients", "stage", "created_at"),
    name_column="subject",
    tabs="stage",
    quick=("user",),
    users=known_users,
    searched=lambda session: (MAIL_KIND,),
    search_hint=_("Subject, name or address"),
    new_path="/mail/new",
    new_permission=SEND,
    new_title=_("Write an e-mail"),
    nothing_yet=_("Every e-mail that is sent is kept here, with what happened to it."),
)
