"""The operation of a transaction: made when the first tracked change comes, at most one per transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, insert, orm, select, update

from kartoteka.db.clock import utc_now
from kartoteka.db.journal.models import Operation
from kartoteka.db.session import Session, actor_of
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.text import clean_line

TITLE = "operation_title"
_KIND = "operation_kind"
_UNDO_OF = "operation_undo_of"
_ID = "operation_id"
_DOUBTFUL = "operation_doubtful"
_TITLE_LENGTH = 300
_operations = Operation.__table__


def raw_connection(session: orm.Session) -> Connection:
    """Return the session's connection past the guard of row rights: for the journal's and the search's own tables."""
    return orm.Session.connection(session)


def name_operation(session: orm.Session, title: object, *, kind: str = "") -> None:
    """Say what this transaction does, in the words of the person who does it ("Import of clients.csv").

    ``kind`` tells undo what to expect ("import", "merge"). The last name before the commit counts.
    """
    session.info[TITLE] = title
    if kind:
        session.info[_KIND] = kind
    if (operation_id := session.info.get(_ID)) is not None:
        values = {**_named(session), **({"kind": kind} if kind else {})}
        raw_connection(session).execute(update(_operations).where(_operations.c.id == operation_id).values(values))


def operation_of(session: orm.Session) -> int:
    """Return the id of this transaction's operation, making it when there is none yet."""
    operation_id = session.info.get(_ID)
    if operation_id is not None and session.info.pop(_DOUBTFUL, False):
        operation_id = _still_there(session, operation_id)
    if operation_id is None:
        operation_id = session.info[_ID] = _make(session)
    return operation_id


def operation_begun(session: orm.Session) -> int | None:
    """Return the id of this transaction's operation, or None while it has changed no tracked record."""
    return None if session.info.get(_ID) is None else operation_of(session)


def continue_operation(session: orm.Session, operation_id: int) -> None:
    """Let this transaction belong to an operation that an earlier one began: for work that commits in steps."""
    session.info[_ID] = operation_id


def begin_undo(session: orm.Session, operation_id: int, title: object) -> None:
    """Say that this transaction undoes an operation."""
    session.info[_UNDO_OF] = operation_id
    name_operation(session, title, kind="undo")
    if (own := session.info.get(_ID)) is not None:
        statement = update(_operations).where(_operations.c.id == own).values(undo_of_id=operation_id)
        raw_connection(session).execute(statement)


def _make(session: orm.Session) -> int:
    actor = actor_of(session)
    values: dict[str, Any] = {
        "at": utc_now(),
        "user_id": actor.user_id,
        "user_name": actor.name[:200],
        **_named(session),
        "kind": session.info.get(_KIND, ""),
        "undo_of_id": session.info.get(_UNDO_OF),
    }
    return raw_connection(session).execute(_INSERT, values).scalar_one()


_INSERT = insert(_operations).returning(_operations.c.id)


def _named(session: orm.Session) -> dict[str, Any]:
    title = session.info.get(TITLE) or ""
    message = title if isinstance(title, Message) else None
    return {"title": clean_line(str(title))[:_TITLE_LENGTH], "message": message}


def _still_there(session: orm.Session, operation_id: int) -> int | None:
    statement = select(_operations.c.id).where(_operations.c.id == operation_id)
    return raw_connection(session).execute(statement).scalar_one_or_none()


@event.listens_for(Session, "after_soft_rollback")
def _doubt(session: Session, previous_transaction: orm.SessionTransaction) -> None:
    # A savepoint that was rolled back may have taken the operation's row along.
    session.info[_DOUBTFUL] = True


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        for key in (_ID, _DOUBTFUL, TITLE, _KIND, _UNDO_OF):
            session.info.pop(key, None)
