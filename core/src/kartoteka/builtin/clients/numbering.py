"""Numbers of clients: K00001, K00002, ... without a promise that none is left out."""

from __future__ import annotations

from kartoteka.db.clock import utc_now
from kartoteka.db.series import next_numbers
from kartoteka.db.session import Session

SERIES = "clients"
MASK = "K{number:05}"


def draw_numbers(session: Session, count: int) -> list[str]:
    """Draw the next numbers for this many new clients; one statement."""
    return next_numbers(session, SERIES, count, mask=MASK, on=utc_now().date())
