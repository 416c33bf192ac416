"""What a process keeps of the database for everybody until the state version rises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import has_request_context

from kartoteka.web.current import current, visitor

T = TypeVar("T")
_NAME = "read_from_database"


def read_or_kept(ask: Any, read: Callable[[], T]) -> T:
    """Return what ``read`` found before under ``ask``, until users, rights, modules, directories or webhooks change.

    Outside of a request, and for visitors who have not signed in, nothing is kept.
    """
    version = getattr(visitor(), "state_version", None) if has_request_context() else None
    if version is None:
        return read()
    kept = current().caches.setdefault(_NAME, {})
    if kept.get(ask, (None,))[0] != version:
        kept[ask] = (version, read())
    found: T = kept[ask][1]
    return found


def forget_kept(ask: Any) -> bool:
    """Let what is kept under ``ask`` be read anew: perhaps it was changed without anybody saying so.

    Returns False when nothing was kept.
    """
    if not has_request_context():
        return False
    return current().caches.get(_NAME, {}).pop(ask, None) is not None
