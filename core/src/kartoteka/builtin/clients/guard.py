"""Only the registry's own services change clients: a change made elsewhere would skip its checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import event, orm

from kartoteka.builtin.clients.models import Client
from kartoteka.db.session import Session

_OPEN = "clients_may_be_written"


class WrittenElsewhere(RuntimeError):
    """A client was added, changed or deleted without the services of the registry."""


@contextmanager
def client_writes(session: orm.Session) -> Iterator[None]:
    """Allow changes of clients until the block ends, and send them to the database there."""
    session.info[_OPEN] = session.info.get(_OPEN, 0) + 1
    try:
        yield
        session.flush()
    finally:
        session.info[_OPEN] -= 1


@event.listens_for(Session, "before_flush")
def _refuse_foreign_writes(session: orm.Session, context: Any, instances: Any) -> None:
    if session.info.get(_OPEN):
        return
    touched = chain(session.new, session.deleted, (record for record in session.dirty if session.is_modified(record)))
    if any(isinstance(record, Client) for record in touched):
        raise WrittenElsewhere("Clients are changed by kartoteka.api.clients only: create_client, change_client, ...")
