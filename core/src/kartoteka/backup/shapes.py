"""Descriptions of tables that work on either engine, for the data of modules whose code is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

_LENGTHS = ("length", "precision", "scale")
_TYPES: dict[str, type[TypeEngine[Any]]] = {
    each.__name__: each
    for each in (
        *(sa.Boolean, sa.BigInteger, sa.SmallInteger, sa.Integer),
        *(sa.Text, sa.String, sa.Date, sa.DateTime, sa.Time, sa.Float, sa.Numeric, sa.LargeBinary, sa.JSON),
    )
}
"""Special types stand before those that they are a kind of."""


def shape_of(table: sa.Table) -> dict[str, Any]:
    """Describe a reflected table: columns, keys and indexes."""
    return {
        "columns": [_column(column) for column in table.columns],
        "unique": [
            {"name": each.name, "columns": each.columns.keys()}
            for each in _by_name(table.constraints)
            if isinstance(each, sa.UniqueConstraint)
        ],
        "indexes": [
            {"name": each.name, "columns": each.columns.keys(), "unique": bool(each.unique)}
            for each in _by_name(table.indexes)
            if each.columns and not _is_partial(each)
        ],
        "references": [_reference(each) for each in _by_name(table.foreign_key_constraints)],
    }


def table_of(name: str, shape: dict[str, Any], metadata: sa.MetaData) -> sa.Table:
    """Return the table that a description stands for."""
    parts: list[Any] = [_made_column(column) for column in shape["columns"]]
    parts += [sa.UniqueConstraint(*each["columns"], name=each["name"]) for each in shape["unique"]]
    parts += [sa.Index(each["name"], *each["columns"], unique=each["unique"]) for each in shape["indexes"]]
    parts += [
        sa.ForeignKeyConstraint(each["columns"], each["targets"], name=each["name"], ondelete=each["ondelete"])
        for each in shape["references"]
    ]
    return sa.Table(name, metadata, *parts)


def _is_partial(index: sa.Index) -> bool:
    """Tell whether an index covers some rows only: it can't be described for both engines."""
    return any(options.get("where") is not None for options in index.dialect_options.values())


def _by_name(parts: Iterable[Any]) -> list[Any]:
    return sorted(parts, key=lambda part: str(part.name))


def _column(column: sa.Column[Any]) -> dict[str, Any]:
    kind = column.type.as_generic()
    options = {name: getattr(kind, name) for name in _LENGTHS if getattr(kind, name, None) is not None}
    name = next(name for name, known in _TYPES.items() if isinstance(kind, known))
    return {
        "name": column.name, "type": name, "options": options, "nullable": column.nullable, "key": column.primary_key,
    }  # fmt: skip


def _made_column(described: dict[str, Any]) -> sa.Column[Any]:
    kind: Any = _TYPES[described["type"]](**described["options"])
    if described["type"] == "DateTime":
        kind = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
    return sa.Column(described["name"], kind, primary_key=described["key"], nullable=described["nullable"])


def _reference(constraint: sa.ForeignKeyConstraint) -> dict[str, Any]:
    return {
        "name": constraint.name,
        "columns": list(constraint.column_keys),
        "targets": [each.target_fullname for each in constraint.elements],
        "ondelete": constraint.ondelete,
    }
