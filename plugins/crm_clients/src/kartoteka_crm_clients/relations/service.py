"""Use cases of the room: positions of people (CL-16) and related organisations (CL-15). Services never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from kartoteka.api.clients import (
    Client,
    ClientKind,
    add_record,
    apply_changes,
    client_to_write,
    record_to_write,
    set_state,
)
from kartoteka.api.db import Session, delete_rows, find, settle, update_rows
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.values import Reader, check_order, day, entry_of, id_of, line, read_values, refuse_unwritable, yes_no
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.relations.fields import POSITION, POSITIONS, RELATION, RELATIONS
from kartoteka_crm_clients.relations.models import NOTES_LENGTH, Position, Relation
from kartoteka_crm_clients.relations.rules import MIRRORED

_ = Texts("crm_clients")


def add_position(session: Session, client_id: int, values: Mapping[str, Any]) -> Position:
    """Say what a person is at a client; one of ``contact_id`` and ``person_id`` is given.

    Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT)
    checked = read_values(values, _position_readers(session))
    refuse_unwritable(session, POSITION, checked)
    _check_person(session, client.id, checked)
    check_order(checked.get("since"), checked.get("until"))
    _refuse_double(session, client.id, checked)
    return add_record(session, Position(client_id=client.id, **checked), POSITION)


def change_position(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Position:
    """Change a position, typed over ``version``; the person stays. Raises EditConflict, too."""
    position: Position = record_to_write(session, Position, id, EDIT)
    readers = _position_readers(session, position.role_id)
    checked = read_values(values, readers)
    refuse_unwritable(session, POSITION, checked, position)
    for name in ("contact_id", "person_id"):
        if name in checked and checked[name] != getattr(position, name):
            raise InvalidInput({name: _("A position stays with its person. Add another one.")})
    check_order(checked.get("since", position.since), checked.get("until", position.until))
    apply_changes(session, position, POSITION, settle(session, position, POSITION, checked, version))
    return position


def remove_position(session: Session, id: int) -> Position:
    """Put away a position that was entered by mistake; one that was held is given its last day instead."""
    return set_state(session, record_to_write(session, Position, id, EDIT), POSITION, RecordState.ARCHIVED)


def restore_position(session: Session, id: int) -> Position:
    """Take a position back."""
    return set_state(session, record_to_write(session, Position, id, EDIT), POSITION, RecordState.ACTIVE)


def add_relation(session: Session, client_id: int, values: Mapping[str, Any]) -> Relation:
    """Say that a client is related to another; left out, ``reverse_id`` is what fits ``kind_id``.

    Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT)
    checked = read_values(values, _relation_readers(session))
    refuse_unwritable(session, RELATION, checked)
    other_id = checked.get("related_id")
    if other_id is None:
        raise InvalidInput({"related_id": _("Choose the related client.")})
    if other_id == client.id:
        raise InvalidInput({"related_id": _("A client can't be related to itself.")})
    _refuse_double_relation(session, client.id, other_id, checked.get("kind_id"))
    _fill_reverse(session, checked)
    return add_record(session, Relation(client_id=client.id, **checked), RELATION)


def change_relation(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Relation:
    """Change a relation, typed over ``version``; its two sides stay. Raises what `add_relation` raises."""
    relation = relation_to_write(session, id)
    checked = read_values(values, _relation_readers(session, relation.kind_id, relation.reverse_id))
    refuse_unwritable(session, RELATION, checked, relation)
    if checked.get("related_id", relation.related_id) != relation.related_id:
        raise InvalidInput({"related_id": _("A relation stays between its two clients. Add another one.")})
    if "kind_id" in checked and checked["kind_id"] != relation.kind_id:
        _fill_reverse(session, checked)
    apply_changes(session, relation, RELATION, settle(session, relation, RELATION, checked, version))
    return relation


def remove_relation(session: Session, id: int) -> Relation:
    """Put a relation away."""
    return set_state(session, relation_to_write(session, id), RELATION, RecordState.ARCHIVED)


def restore_relation(session: Session, id: int) -> Relation:
    """Take a relation back."""
    return set_state(session, relation_to_write(session, id), RELATION, RecordState.ACTIVE)


def relation_to_write(session: Session, id: int) -> Relation:
    """Return a relation both sides of which the actor sees; raises NotFound, Forbidden and Refused."""
    relation: Relation = record_to_write(session, Relation, id, EDIT)
    find(session, Client, relation.related_id)
    return relation


def tidy_after_merge(session: Session, kept_id: int) -> None:
    """Leave no client related to itself, and nothing that stands there twice, after clients became one."""
    sides = or_(Relation.client_id == kept_id, Relation.related_id == kept_id)
    relations = session.scalars(select(Relation).where(sides).order_by(Relation.id)).all()
    delete_rows(session, Relation, _needless(relations, _relation_key, lambda one: one.client_id == one.related_id))
    held = or_(Position.client_id == kept_id, Position.person_id == kept_id)
    positions = session.scalars(select(Position).where(held).order_by(Position.id)).all()
    delete_rows(session, Position, _needless(positions, _position_key, lambda one: one.client_id == one.person_id))


def forget_notes_about(session: Session, client_ids: Sequence[int]) -> None:
    """Blank what was noted about a natural person at companies: those notes belong to other clients."""
    noted = select(Position.id).where(Position.person_id.in_(client_ids), Position.notes != "")
    update_rows(session, Position, {one: {"notes": ""} for one in session.scalars(noted)})
    noted = select(Relation.id).where(Relation.related_id.in_(client_ids), Relation.notes != "")
    update_rows(session, Relation, {one: {"notes": ""} for one in session.scalars(noted)})


def _needless(rows: Sequence[Any], key: Any, is_loop: Any) -> list[int]:
    needless: list[int] = []
    seen: set[Any] = set()
    for row in rows:
        if is_loop(row) or key(row) in seen:
            needless.append(row.id)
        seen.add(key(row))
    return needless


def _relation_key(row: Relation) -> tuple[Any, ...]:
    if row.client_id < row.related_id:
        return row.client_id, row.related_id, row.kind_id, row.reverse_id, row.state
    return row.related_id, row.client_id, row.reverse_id, row.kind_id, row.state


def _position_key(row: Position) -> tuple[Any, ...]:
    return (
        row.client_id,
        row.person_id,
        row.contact_id,
        row.role_id,
        row.since,
        row.until,
        row.is_signatory,
        row.state,
    )


def _position_readers(session: Session, role_id: int | None = None) -> dict[str, Reader]:
    return {
        "contact_id": id_of(session, Contact),
        "person_id": id_of(session, Client),
        "role_id": entry_of(session, POSITIONS, role_id),
        "is_signatory": yes_no,
        "since": day,
        "until": day,
        "notes": line(NOTES_LENGTH),
    }


def _relation_readers(session: Session, *kept: int | None) -> dict[str, Reader]:
    kind_id, reverse_id = kept or (None, None)
    return {
        "related_id": id_of(session, Client),
        "kind_id": entry_of(session, RELATIONS, kind_id),
        "reverse_id": entry_of(session, RELATIONS, reverse_id),
        "notes": line(NOTES_LENGTH),
    }


def _check_person(session: Session, client_id: int, values: Mapping[str, Any]) -> None:
    contact_id, person_id = values.get("contact_id"), values.get("person_id")
    if (contact_id is None) == (person_id is None):
        raise InvalidInput({"contact_id": _("Choose one person: a contact or a client who is a natural person.")})
    if person_id is None:
        return
    if person_id == client_id:
        raise InvalidInput({"person_id": _("A client can't hold a position at itself.")})
    if find(session, Client, person_id).kind != ClientKind.PERSON:
        raise InvalidInput({"person_id": _("This client is no natural person. Add it as a related organisation.")})


def _refuse_double(session: Session, client_id: int, values: Mapping[str, Any]) -> None:
    same = select(Position.id).where(
        Position.client_id == client_id,
        Position.state == RecordState.ACTIVE,
        Position.contact_id == values.get("contact_id"),
        Position.person_id == values.get("person_id"),
        Position.role_id == values.get("role_id"),
        Position.until.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused(_("This person holds this position already."))


def _refuse_double_relation(session: Session, client_id: int, other_id: int, kind_id: int | None) -> None:
    there = (Relation.client_id == client_id) & (Relation.related_id == other_id) & (Relation.kind_id == kind_id)
    back = (Relation.client_id == other_id) & (Relation.related_id == client_id) & (Relation.reverse_id == kind_id)
    same = select(Relation.id).where(or_(there, back), Relation.state == RecordState.ACTIVE).limit(1)
    if session.scalar(same) is not None:
        raise Refused(_("These clients are related like this already."))


def _fill_reverse(session: Session, values: dict[str, Any]) -> None:
    """Say what fits on the other side, when nobody has said it."""
    kind_id = values.get("kind_id")
    if values.get("reverse_id") is not None or kind_id is None:
        return
    code = session.scalar(select(DirectoryEntry.code).where(DirectoryEntry.id == kind_id)) or ""
    mirrored = select(DirectoryEntry.id).where(
        DirectoryEntry.directory == RELATIONS,
        DirectoryEntry.code == MIRRORED.get(code, code),
        DirectoryEntry.code != "",
    )
    values["reverse_id"] = session.scalar(mirrored.limit(1)) or kind_id
