"""Use cases of a company's own fields: add, change, close, order. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, event, func, select

from kartoteka.builtin.access.service import when_marked
from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.naming import free_name
from kartoteka.builtin.custom_fields.queries import FIELD_KIND, MANAGE, extensible_kinds, find_kind
from kartoteka.builtin.custom_fields.rules import BY_VALUE, FILE, MONEY, MOST_FIELDS, TEXTS, WITH_CHOICES, sound_values
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.journal import update_rows
from kartoteka.db.session import Session, as_system, demand, find
from kartoteka.db.settling import settle
from kartoteka.extension.company_fields import fields_of
from kartoteka.extension.declarations.data import FieldType, RecordKind
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _


def add_field(session: Session, kind: str, values: Mapping[str, Any]) -> CustomFieldRow:
    """Add a field to a record kind, behind those that it has; ``values`` are type, title and what it is like.

    Raises Forbidden, NotFound for a kind that may have none, and InvalidInput naming what cannot be.
    """
    demand(session, MANAGE)
    known = find_kind(session, kind)
    wanted = str(values.get("type") or "")
    if wanted not in BY_VALUE:
        raise InvalidInput({"type": _("Choose one of the values offered.")})
    usual = {
        "title": "",
        **({"choices": ""} if wanted in WITH_CHOICES else {}),
        **({"currency": ""} if wanted == MONEY else {}),
    }
    sound = sound_values({**usual, **values}, wanted)
    names = session.scalars(select(CustomFieldRow.name).where(CustomFieldRow.kind == kind)).all()
    if len(names) >= MOST_FIELDS:
        raise Refused(_("A record can have at most %(most)s custom fields.", most=MOST_FIELDS))
    taken = {*names, *(field.name for field in known.fields.declared)}  # type: ignore[attr-defined]
    last = session.scalar(select(func.max(CustomFieldRow.position)).where(CustomFieldRow.kind == kind)) or 0
    row = CustomFieldRow(kind=kind, type=wanted, name=free_name(sound["title"], taken), position=last + 1, **sound)
    session.add(row)
    _tell(session)
    return row


def change_field(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> CustomFieldRow:
    """Change a field, or close and reopen it; its values stay whatever happens. Raises what `add_field` raises."""
    demand(session, MANAGE)
    row = find(session, CustomFieldRow, id)
    kept = {name: getattr(row, name) for name in ("confidential", "required", "searchable")}
    sound = sound_values({**kept, **values}, row.type, row.choices)
    changes = settle(session, row, FIELD_KIND, sound, version)
    for name, value in changes.items():
        setattr(row, name, value)
    _tell(session)
    if {"searchable", "confidential", "closed"} & changes.keys() and row.type in {*TEXTS, FILE}:
        for renew in when_marked:
            renew(session, row.kind)
    return row


def move_field(session: Session, id: int, *, up: bool) -> CustomFieldRow:
    """Let a field change places with the one above or below it; the first one stays first, the last one last."""
    demand(session, MANAGE)
    row = find(session, CustomFieldRow, id)
    order = list(
        session.scalars(
            select(CustomFieldRow)
            .where(CustomFieldRow.kind == row.kind, CustomFieldRow.closed == row.closed)
            .order_by(CustomFieldRow.position, CustomFieldRow.id)
        )
    )
    here = order.index(row)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        if one.position != position:
            one.position = position
    _tell(session)
    return row


def erase_values(session: Session, client_ids: Sequence[int]) -> None:
    """Empty the fields about a person of clients who are erased, of closed fields too."""
    names = _names(session, CustomFieldRow.personal)
    for kind in extensible_kinds(session):
        if kind.client_column is not None and names.get(kind.kind):
            ids = _ids_of(session, kind, client_ids)
            update_rows(session, kind.table, {one: dict.fromkeys(names[kind.kind]) for one in ids})


def erase_values_of(session: Session, records: Mapping[str, Sequence[int]]) -> None:
    """Empty the fields about a person of these records, by table: of one person who is erased alone."""
    names = _names(session, CustomFieldRow.personal)
    for kind in extensible_kinds(session):
        if names.get(kind.kind) and records.get(kind.table):
            update_rows(session, kind.table, {one: dict.fromkeys(names[kind.kind]) for one in records[kind.table]})


def move_links(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    """Let links to clients that were merged lead to the one that was kept."""
    names = _names(session, CustomFieldRow.type == FieldType.RECORD)
    for kind in extensible_kinds(session):
        for name in names.get(kind.kind, ()):
            link = kind.model.custom_values[name].as_integer()
            ids = _ids(session, select(kind.model.id).where(link.in_(list(merged_ids))))
            update_rows(session, kind.table, {one: {name: kept_id} for one in ids})


def _ids_of(session: Session, kind: RecordKind, client_ids: Sequence[int]) -> list[int]:
    client = getattr(kind.model, str(kind.client_column))
    return _ids(session, select(kind.model.id).where(client.in_(list(client_ids))))


def _ids(session: Session, statement: Select[Any]) -> list[int]:
    with as_system(session, reason="values of fields of the company"):
        return list(session.scalars(statement))


def _names(session: Session, condition: Any) -> dict[str, list[str]]:
    with as_system(session, reason="fields of the company"):
        rows = session.execute(select(CustomFieldRow.kind, CustomFieldRow.name).where(condition)).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row.name)
    return found


def _tell(session: Session) -> None:
    """Let all processes read the fields anew, this one as soon as it is saved."""
    session.flush()
    bump_state(session)
    known = fields_of(session.database)
    if known is not None:
        event.listen(session, "after_commit", lambda _session: known.forget(), once=True)
