"""Counts the statements a piece of work sends to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from kartoteka.db.engine import Database

_UNCOUNTED = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b", re.IGNORECASE)


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Collect every statement executed within the block, but for those that only frame a transaction.

    A statement executed with many rows at once counts once.
    """
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not _UNCOUNTED.match(statement):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
