"""Runs a module's function so that its failure stays its own: the page, the session and the log come to no harm."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import orm

from kartoteka.db.session import Session
from kartoteka.extension.calls import traced, tracing

T = TypeVar("T")
log = logging.getLogger("kartoteka.modules")


@dataclass(slots=True)
class Attempt(Generic[T]):
    """What came of it: the value, or ``failed`` when the function raised."""

    value: T | None
    failed: bool = False


def attempt(session: orm.Session, what: str, module: str, function: Callable[[], T]) -> Attempt[T]:
    """Call a module's function; what it raises is logged and told, not passed on.

    Where the session writes, the call gets a savepoint of its own; a session that reads survives a failed statement.
    """
    savepoint = None if _is_reading(session) else session.begin_nested()
    try:
        value = _traced(what, module, function) if tracing.is_on else function()
        if savepoint is not None:
            savepoint.commit()
        elif not session._is_clean():
            raise RuntimeError("Changed a record while a page was only being shown.")
    except Exception as error:  # noqa: BLE001 - whatever a module raises, the page stays
        _undo(session, savepoint)
        log.error("%s of module %s failed: %s", what, module, without_values(error))
        return Attempt(None, failed=True)
    return Attempt(value)


def _traced(what: str, module: str, function: Callable[[], T]) -> T:
    with traced(what, module):
        return function()


def without_values(error: BaseException) -> str:
    """Describe an error by its types and its way through the code; messages may hold personal data."""
    names: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(names) < 5:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return " < ".join(names) + "\n" + "".join(traceback.format_tb(error.__traceback__)).rstrip()


def _is_reading(session: orm.Session) -> bool:
    return isinstance(session, Session) and session.is_reading


def _undo(session: orm.Session, savepoint: orm.SessionTransaction | None) -> None:
    if savepoint is not None and savepoint.is_active:
        savepoint.rollback()
    if not _is_reading(session):
        return
    for record in list(session.new):
        session.expunge(record)
    for record in list(session.deleted):
        session.add(record)
    for record in list(session.dirty):
        session.expire(record)
