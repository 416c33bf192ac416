"""A module whose records come from a company's website and e-shop: inquiries, orders, payments and complaints."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Model, Record, Session, Stateful, actor_of, find, utc_now
from kartoteka.api.declare import (
    ApiResource,
    Choice,
    Field,
    FieldType,
    Module,
    Permission,
    Public,
    RecordKind,
)
from kartoteka.api.errors import Forbidden, InvalidInput
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka.api.work import next_number

_ = Texts("desk")
NOUNS = ("inquiry", "order", "payment", "complaint")
VIEW, ADD = "desk.view", "desk.add"
SOURCES = (Choice("website", _("Website")), Choice("phone", _("Phone")))


class _Columns(Record, Stateful):
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(20), default="website")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    received_on: Mapped[date | None]
    is_urgent: Mapped[bool] = mapped_column(default=False)


MODELS: dict[str, Any] = {
    noun: type(noun.capitalize(), (_Columns, Model), {"__tablename__": f"desk_{noun}", "__module__": __name__})
    for noun in NOUNS
}
FIELDS = (
    Field(name="number", title=_("Number"), type=FieldType.CODE),
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True, personal=True),
    Field(name="email", title=_("E-mail"), type=FieldType.EMAIL, personal=True),
    Field(name="source", title=_("Source"), type=FieldType.CHOICE, choices=SOURCES, required=True),
    Field(name="amount", title=_("Amount"), type=FieldType.DECIMAL),
    Field(name="received_on", title=_("Received on"), type=FieldType.DATE),
    Field(name="is_urgent", title=_("Urgent"), type=FieldType.YES_NO),
)


def _maker(noun: str) -> Any:
    def create(session: Session, values: dict[str, Any]) -> Any:
        if not actor_of(session).can(ADD):
            raise Forbidden(permission=ADD)
        if not values.get("name"):
            raise InvalidInput({"name": _("Give the name.")})
        number = next_number(session, f"desk_{noun}", mask=noun[0].upper() + "{number:04}", on=utc_now().date())
        record = MODELS[noun](number=number, **values)
        session.add(record)
        session.flush()
        return record

    return create


def _changer(noun: str) -> Any:
    def change(session: Session, id: int, values: dict[str, Any]) -> None:
        record = find(session, MODELS[noun], id)
        for name, value in values.items():
            setattr(record, name, value)

    return change


def _kind(noun: str) -> RecordKind:
    return RecordKind(
        kind=f"desk.{noun}",
        title=_(noun.capitalize()),
        plural_title=_(f"{noun.capitalize()}s"),
        icon="inbox",
        model=MODELS[noun],
        permission=VIEW,
        scope=Public(),
        fields=FIELDS,
        summarise=lambda session, ids: {one: RecordSummary(RecordRef(f"desk.{noun}", one), title=noun) for one in ids},
        url=lambda number: f"/desk/{noun}/{number}",
    )


@hookimpl
def register_module() -> Module:
    return Module(name="desk", title=_("Desk"), description=_("What comes in."), version="1.0", api=API_VERSION)


@hookimpl
def register_models() -> list[type[Model]]:
    return list(MODELS.values())


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(name=VIEW, title=_("See what came in"), description=_("See it.")),
        Permission(name=ADD, title=_("Add what comes in"), description=_("Add it."), also_requires=(VIEW,)),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [_kind(noun) for noun in NOUNS]


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return [
        ApiResource(
            name=f"{noun}s",
            title=_(f"{noun.capitalize()}s"),
            kind=f"desk.{noun}",
            fixed=("number",),
            create=_maker(noun),
            change=_changer(noun),
        )
        for noun in NOUNS
    ]


ENTRY_POINT: Any = SimpleNamespace(name="desk", value="desk", dist=None, load=lambda: sys.modules[__name__])
