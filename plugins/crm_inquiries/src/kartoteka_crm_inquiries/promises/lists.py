"""The list of promises."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from kartoteka.api.clients import Client
from kartoteka.api.declare import Choice, FieldType
from kartoteka.api.lists import ListColumn, ListFilter, ListOrder, RecordList, columns_of, filters_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka.api.web import today
from kartoteka_crm_inquiries.naming import PROMISE
from kartoteka_crm_inquiries.promises import rules
from kartoteka_crm_inquiries.promises.fields import PROMISE_FIELDS
from kartoteka_crm_inquiries.promises.models import Promise
from kartoteka_crm_inquiries.promises.queries import came_due, was_kept

_ = Texts("crm_inquiries")

PATH = "/crm_inquiries/promises/"
OVERDUE, KEPT, NOT_KEPT = "overdue", "kept", "not_kept"
_HOW = {
    OVERDUE: lambda: and_(Promise.status == rules.OPEN, Promise.due_on < today()),
    KEPT: was_kept,
    NOT_KEPT: lambda: and_(came_due(today()), ~was_kept()),
}


def _any_of(chosen: list[str]) -> Any:
    return or_(*(_HOW[one]() for one in chosen if one in _HOW))


PROMISE_LIST = RecordList(
    name="crm_inquiries.promises",
    kind=PROMISE,
    model=Promise,
    title=_("Promises"),
    icon="heart-handshake",
    path=PATH,
    columns=(
        *columns_of(PROMISE_FIELDS, Promise, user_name=name_of),
        ListColumn(
            name="client",
            title=_("Client"),
            type=FieldType.LINE,
            expression=select(Client.name).where(Client.id == Promise.client_id).scalar_subquery(),
        ),
    ),
    filters=(
        *filters_of(PROMISE_FIELDS, Promise),
        ListFilter(
            name="how",
            title=_("Kept or not"),
            type=FieldType.CHOICE,
            choices=(
                Choice(OVERDUE, _("Overdue")),
                Choice(KEPT, _("In full and in time")),
                Choice(NOT_KEPT, _("Not kept")),
            ),
            condition=_any_of,
        ),
    ),
    orders=(ListOrder(name="due_on", column=Promise.due_on, type=FieldType.DATE),),
    order="due_on",
    name_column="text",
    shown=("client", "side", "due_on", "status", "user_id"),
    facts=("client", "due_on", "status"),
    users=known_users,
    nothing_yet=_("Promises are written down on the client card. They are kept here, by day."),
)
