"""Reads about imports, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select

from kartoteka.builtin.importing.models import Import, ImportedRecord, ImportProblem
from kartoteka.builtin.users.queries import name_of
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice
from kartoteka.vocabulary.record import read_id

PAGE = 50
_OFFERED = 100


def list_imports(session: Session, before: int | None = None) -> tuple[Sequence[Row[Any]], bool]:
    """Return imports, the newest first, and whether there are more; ``before`` is the id of the last one seen."""
    columns = (Import.id, Import.filename, Import.target, Import.stage, Import.job_id, Import.created_at, Import.result)
    statement = select(*columns, name_of(Import.user_id).label("user_name")).order_by(Import.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(Import.id < before)
    rows = session.execute(statement).all()
    return rows[:PAGE], len(rows) > PAGE


def list_problems(
    session: Session, import_id: int, phase: str, after: int = 0, size: int = PAGE
) -> Sequence[ImportProblem]:
    """Return what is wrong with lines, in their order, from the problem after ``after``; the caller saw the import."""
    return session.scalars(_problems(import_id, phase).where(ImportProblem.id > after).limit(size)).all()


def count_problems(session: Session, import_id: int, phase: str) -> dict[str, int]:
    """Return how many problems of each severity are kept."""
    statement = (
        select(ImportProblem.severity, func.count())
        .where(ImportProblem.import_id == import_id, ImportProblem.phase == phase)
        .group_by(ImportProblem.severity)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def all_problems(session: Session, import_id: int, phase: str) -> Iterator[ImportProblem]:
    """Yield all problems of an import, some hundred at a time."""
    last = 0
    while found := list_problems(session, import_id, phase, last, 500):
        yield from found
        last = found[-1].id
        session.expunge_all()


def imported_by(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition that an import created or changed a record."""
    return exists().where(ImportedRecord.import_id == (read_id(value) or 0), ImportedRecord.record_id == record_id)


def import_choices(session: Session) -> list[Choice]:
    """Return the latest imports as choices of a filter."""
    rows = session.execute(select(Import.id, Import.filename).order_by(Import.id.desc()).limit(_OFFERED))
    return [Choice(str(row.id), row.filename) for row in rows]


def _problems(import_id: int, phase: str) -> Select[tuple[ImportProblem]]:
    return (
        select(ImportProblem)
        .where(ImportProblem.import_id == import_id, ImportProblem.phase == phase)
        .order_by(ImportProblem.id)
    )
