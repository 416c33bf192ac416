"""News for whoever listens, told after the work is safely in the database and never before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from blinker import Signal
from sqlalchemy import event, orm
from sqlalchemy.orm import SessionTransaction

from kartoteka.db.session import Session, use_workplace

T = TypeVar("T")
log = logging.getLogger("kartoteka.announce")
_WAITING = "announcements"
_DUE = "announcements_due"


@dataclass
class _News:
    """One announcement; ``savepoint`` is the innermost savepoint it depends on, or None."""

    savepoint: SessionTransaction | None
    signal: Signal
    sender: str
    facts: dict[str, Any]


@dataclass
class _Telling:
    """All that one commit has to tell, and what receivers have found out about it together."""

    news: Sequence[_News]
    found: dict[str, Any] = field(default_factory=dict)


_telling: ContextVar[_Telling | None] = ContextVar("telling", default=None)


def news_told() -> list[tuple[Signal, str, dict[str, Any]]]:
    """Return all that is being told after one commit as signal, sender and facts; nothing outside of a receiver."""
    telling = _telling.get()
    return [] if telling is None else [(one.signal, one.sender, one.facts) for one in telling.news]


def found_together(name: str, find: Callable[[], T]) -> T:
    """Return what ``find`` finds, which is called once for all that one commit tells: by the first receiver.

    So a receiver asks the database once about an inquiry with its activity, and not about each of them.
    """
    telling = _telling.get()
    if telling is None:
        return find()
    if name not in telling.found:
        telling.found[name] = find()
    found: T = telling.found[name]
    return found


def announce(session: orm.Session, signal: Signal, sender: str, **facts: Any) -> None:
    """Send a signal when the transaction has been committed; a rollback forgets it.

    ``sender`` is a record kind; ``facts`` are ids and plain values, never mapped objects. What a savepoint
    announced is forgotten when the savepoint is rolled back. A receiver's error is logged and stops nobody.
    Raises TypeError for a mapped object among the facts.
    """
    for name, value in facts.items():
        if hasattr(value, "_sa_instance_state"):
            raise TypeError(f"{name} is a mapped object: announce its id.")
    news = _News(session.get_nested_transaction(), signal, sender, facts)
    session.info.setdefault(_WAITING, []).append(news)


@event.listens_for(Session, "after_commit")
def _keep(session: orm.Session) -> None:
    savepoint = session.get_nested_transaction()
    if savepoint is None:
        session.info[_DUE] = session.info.pop(_WAITING, [])
        return
    # SQLAlchemy fires this event for a savepoint that is released, too: its news now depend on what surrounds it.
    outer = _surrounding(savepoint)
    for news in session.info.get(_WAITING, ()):
        if news.savepoint is savepoint:
            news.savepoint = outer


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: orm.Session, ended: SessionTransaction) -> None:
    if ended.nested:
        waiting = session.info.get(_WAITING, [])
        waiting[:] = [news for news in waiting if news.savepoint is not ended]
    elif ended.parent is None:
        session.info.pop(_WAITING, None)


@event.listens_for(Session, "after_transaction_end")
def _send(session: orm.Session, ended: SessionTransaction) -> None:
    # Only now has the connection gone back, so that a receiver may open a session of its own.
    due = session.info.pop(_DUE, ()) if ended.parent is None else ()
    if due and isinstance(session, Session):
        # Receivers work where the news comes from, whoever opened the session.
        with use_workplace(session.database, session.actor):
            token = _telling.set(_Telling(due))
            try:
                for news in due:
                    _tell(news)
            finally:
                _telling.reset(token)


def _surrounding(savepoint: SessionTransaction) -> SessionTransaction | None:
    outer = savepoint.parent
    while outer is not None and not outer.nested:
        outer = outer.parent
    return outer


def _tell(news: _News) -> None:
    for receiver in list(news.signal.receivers_for(news.sender)):
        try:
            receiver(news.sender, **news.facts)
        except Exception:
            name = getattr(receiver, "__qualname__", receiver)
            log.exception("A receiver of %s failed: %s", getattr(news.signal, "name", "a signal"), name)
