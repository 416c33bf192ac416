"""The fields of inquiries, orders and tenders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.declare import Choice, Colour, Field, FieldType
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.inquiries.rules import GOODS, OUTCOMES, SORTS
from kartoteka_crm_inquiries.naming import REASONS, SOURCES
from kartoteka_crm_inquiries.processes.models import Process, Stage

_ = Texts("crm_inquiries")

SORT_CHOICES = tuple(Choice(value, title) for value, title in SORTS.items())
GOODS_CHOICES = tuple(Choice(value, title) for value, title in GOODS.items())
OUTCOME_CHOICES = (
    Choice("", _.context("inquiry", "Open"), Colour.PLANNED),
    Choice("won", OUTCOMES["won"], Colour.DONE),
    Choice("lost", OUTCOMES["lost"], Colour.NONE),
)


def stage_choices(session: Session) -> Sequence[Choice]:
    """Return the stages in use by their process, those of the first process first."""
    rows = session.execute(
        select(Stage.id, Stage.name, Stage.colour, Process.name.label("process"))
        .join(Process, Process.id == Stage.process_id)
        .where(Stage.state == "active", Process.state == "active")
        .order_by(Process.position, Process.id, Stage.position, Stage.id)
    ).all()
    return [Choice(str(row.id), f"{row.process}: {row.name}", row.colour or None) for row in rows]


INQUIRY_FIELDS = (
    Field(
        name="number",
        title=_("Number"),
        type=FieldType.CODE,
        searchable=True,
        sort="number",
        help=_("Given automatically."),
    ),
    Field(name="sort", title=_("Sort"), type=FieldType.CHOICE, choices=SORT_CHOICES, required=True),
    Field(
        name="subject",
        title=_("Subject"),
        type=FieldType.LINE,
        required=True,
        searchable=True,
        personal=True,
        import_headers=("tema", "pavadinimas", "teema", "тема", "subject", "title"),
    ),
    Field(
        name="client_number",
        title=_("Client's number"),
        type=FieldType.CODE,
        searchable=True,
        personal=True,
        help=_("The number that the client has given it."),
        import_headers=("kliento numeris", "customer reference", "номер клиента", "номер клієнта"),
    ),
    Field(
        name="description",
        title=_("Description"),
        type=FieldType.BLOCK,
        searchable=True,
        personal=True,
        import_headers=("aprašymas", "kirjeldus", "описание", "опис", "description"),
    ),
    Field(name="goods", title=_("Goods or services"), type=FieldType.CHOICE, choices=GOODS_CHOICES),
    Field(
        name="received_at",
        title=_("Received"),
        type=FieldType.DATETIME,
        required=True,
        sort="received_at",
        import_headers=("data", "gauta", "date", "received", "дата"),
    ),
    Field(name="manager_id", title=_("Performer"), type=FieldType.USER),
    Field(name="stage_id", title=_("Stage"), type=FieldType.CHOICE, choices=stage_choices, required=True),
    Field(
        name="value",
        title=_("Value"),
        type=FieldType.DECIMAL,
        import_headers=("vertė", "suma", "väärtus", "сумма", "сума", "value", "amount"),
    ),
    Field(name="currency", title=_("Currency"), type=FieldType.CODE, import_headers=("valiuta", "валюта", "currency")),
    Field(
        name="source_id",
        title=_("Heard of us from"),
        type=FieldType.CHOICE,
        choices=directory_choices(SOURCES),
        known_choices=known_entries(SOURCES),
    ),
    Field(name="to_production", title=_("For production"), type=FieldType.YES_NO),
    Field(name="published_on", title=_("Published"), type=FieldType.DATE),
    Field(name="link", title=_("Address of the source"), type=FieldType.URL, personal=True),
    Field(
        name="deadline",
        title=_("Deadline"),
        type=FieldType.DATETIME,
        help=_("Until when a tender takes offers, or an order is to be delivered."),
    ),
    Field(name="expected_on", title=_("Decision expected"), type=FieldType.DATE),
    Field(name="answered_at", title=_("Answered"), type=FieldType.DATETIME),
    Field(name="executed_at", title=_("Executed"), type=FieldType.DATETIME),
    Field(name="next_at", title=_("Next action"), type=FieldType.DATETIME),
    Field(name="moved_at", title=_("Last action"), type=FieldType.DATETIME, tracked=False, sort="moved_at"),
    Field(name="closed_at", title=_("Closed"), type=FieldType.DATETIME),
    Field(name="outcome", title=_("How it ended"), type=FieldType.CHOICE, choices=OUTCOME_CHOICES),
    Field(
        name="reason_id",
        title=_("Reason"),
        type=FieldType.CHOICE,
        choices=directory_choices(REASONS),
        known_choices=known_entries(REASONS),
    ),
    Field(name="reason_text", title=_("Reason in words"), type=FieldType.LINE, personal=True),
)
BY_NAME = {field.name: field for field in INQUIRY_FIELDS}
WRITTEN = (
    "subject",
    "client_number",
    "description",
    "goods",
    "received_at",
    "manager_id",
    "value",
    "currency",
    "source_id",
    "to_production",
    "published_on",
    "link",
    "deadline",
    "expected_on",
    "answered_at",
    "executed_at",
)
"""Fields that people and programs write."""
