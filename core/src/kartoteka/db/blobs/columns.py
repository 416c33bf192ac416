"""Columns that name a blob, found by their name even when the code that made them is gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import MappedColumn, mapped_column

BLOB = {"blob": True}


def blob_digest(*, nullable: bool = False, **options: Any) -> MappedColumn[Any]:
    """Return a column with the digest of a blob: ``blob: Mapped[str] = blob_digest()``.

    It must be called ``blob`` or end with ``_blob``: the job that removes contents nobody names any more finds the
    columns of uninstalled modules by that name.
    """
    return mapped_column(String(64), nullable=nullable, index=True, info=BLOB, **options)


def is_blob_column(name: str) -> bool:
    """Tell whether a column of this name holds digests of blobs."""
    return name == "blob" or name.endswith("_blob")
