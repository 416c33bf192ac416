"""Reads of confidential fields: which are marked, and what follows for a user's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from kartoteka.builtin.access.confidential.models import ConfidentialField
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.confidential import READ, WRITE, field_right, is_field_right, is_markable
from kartoteka.extension.declarations.data import Field, RecordKind
from kartoteka.extension.registry import Registry

SEE = "access.see_confidential"
EDIT = "access.edit_confidential"

Marks = frozenset[tuple[str, str]]
"""Record kinds and names of their fields."""


def marked_fields(session: Session) -> Marks:
    """Return the fields that the company has marked as confidential, in one statement."""
    with as_system(session, reason="confidential fields"):
        rows = session.execute(select(ConfidentialField.kind, ConfidentialField.field))
        return frozenset((row.kind, row.field) for row in rows)


def markable_fields(registry: Registry) -> Iterator[tuple[RecordKind, list[Field]]]:
    """Yield the record kinds that have fields which may be marked, with these fields."""
    for kind in registry.record_kinds:
        if fields := [field for field in kind.fields if is_markable(kind.kind, field)]:
            yield kind, fields


def field_rights(registry: Registry, marks: Marks, can: Callable[[str], bool]) -> frozenset[str]:
    """Return the rights of single fields that somebody has who ``can`` do the rest."""
    of_marked = {READ: can(SEE), WRITE: can(SEE) and can(EDIT)}
    return frozenset(
        field_right(kind.kind, field.name, part)
        for kind, fields in markable_fields(registry)
        for field in fields
        for part in (READ, WRITE)
        if (kind.kind, field.name) not in marks or of_marked[part]
    )


def confidential_columns(registry: Registry, marks: Marks) -> dict[tuple[str, str], str]:
    """Return the tables and columns that not everybody may find records by, each with the right that it takes."""
    found = {}
    for kind in registry.record_kinds:
        columns = kind.model.__mapper__.columns
        for field in kind.fields:
            right = field.read_permission
            hidden = right is not None and ((kind.kind, field.name) in marks or not is_field_right(right))
            if right is not None and hidden and field.attribute in columns:
                found[kind.table, str(columns[field.attribute].name)] = right
    return found
