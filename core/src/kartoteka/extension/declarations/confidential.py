"""Fields that a company may mark as confidential: each has a right of its own to be read and one to be written.

Nobody grants these rights one by one. Whoever signs in has them all, except those of fields that the company has
marked: of these he has the right to read with "See confidential fields" and the right to write with "Change
confidential fields". So everything that asks for a field's rights, as it must, obeys the mark without knowing of it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from kartoteka.extension.declarations.data import Field

READ, WRITE = "read", "write"


def field_right(kind: str, field: str, part: str) -> str:
    """Return the name of the right to read or write one field: ``clients.client.notes:read``."""
    return f"{kind}.{field}:{part}"


def is_field_right(name: str) -> bool:
    """Tell whether a right is that of one field."""
    return name.endswith((f":{READ}", f":{WRITE}"))


def may_be_confidential(kind: str, fields: Iterable[Field], *, never: Container[str] = ()) -> tuple[Field, ...]:
    """Return the fields of a record kind such that the company may mark them as confidential.

    ``never`` names those that may not be marked, such as the name that a record goes by. Required fields and fields
    with a read right of their own stay as they are: the first are needed to save at all, the others are marked already.
    """
    return tuple(
        field if field.name in never or field.required or field.read_permission else _markable(kind, field)
        for field in fields
    )


def is_markable(kind: str, field: Field) -> bool:
    """Tell whether a field may be marked as confidential."""
    return field.read_permission == field_right(kind, field.name, READ)


def _markable(kind: str, field: Field) -> Field:
    return replace(
        field,
        read_permission=field_right(kind, field.name, READ),
        write_permission=field.write_permission or field_right(kind, field.name, WRITE),
    )
