"""The clock of storage: every moment that is written down comes from here, so that demo and tests can move it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def utc_now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return _moment.get() or datetime.now(UTC)


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Let the clock stand still at ``moment`` (aware) within the block; for made-up histories and for tests."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored; make it aware first.")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
