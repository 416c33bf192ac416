"""Asks the modules about clients as groups: segments, and what clients have bought."""

from __future__ import annotations

from sqlalchemy import orm

from kartoteka.extension.answers import answered
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.analysis import ClientSegment, TurnoverSource
from kartoteka.extension.dispatch import visible


def client_segments(session: orm.Session) -> list[ClientSegment]:
    """Return the segments that the session's actor may use; a module that fails is left out."""
    return list(answered(session, "client_segments"))


def find_segment(session: orm.Session, key: str) -> ClientSegment | None:
    """Return a segment by its key, None when the session's actor has no such segment."""
    return next((one for one in client_segments(session) if one.key == key), None)


def turnover_sources(session: orm.Session) -> list[TurnoverSource]:
    """Return the sources of turnover that the session's actor may read, in their order."""
    return visible(session, extension_of(session).registry.turnover_sources)
