"""What several parts of one page ask for: read once, and forgotten when the next page is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from kartoteka.db.session import Session

T = TypeVar("T")


def read_once(session: Session, name: str, ids: Sequence[int], read: Callable[[tuple[int, ...]], T]) -> T:
    """Return what ``read`` answers for these ids; asked again for the same ids, the session still knows.

    ``name`` is the asker's own, such as ``warehouse_stock``. Only the last answer is kept: an export walks through all
    pages of a list in one session, and must not hold more than one of them.
    """
    asked = tuple(ids)
    kept: tuple[tuple[int, ...], T] | None = session.info.get(name)
    if kept is None or kept[0] != asked:
        kept = session.info[name] = (asked, read(asked))
    return kept[1]
