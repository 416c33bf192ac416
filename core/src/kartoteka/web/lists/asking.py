"""The session for which a list's conditions are being made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kartoteka.db.session import Session

_asking: ContextVar[Session | None] = ContextVar("list_session", default=None)


def asking_session() -> Session | None:
    """Return the session of the list whose conditions are being made, None outside of lists.

    For the ``condition`` of a filter that must read what it is about first, such as a segment's own filters: at most
    one more statement.
    """
    return _asking.get()


@contextmanager
def asked_in(session: Session | None) -> Iterator[None]:
    """Let conditions be made for a session until the block ends."""
    token = _asking.set(session)
    try:
        yield
    finally:
        _asking.reset(token)
