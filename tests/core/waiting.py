"""Waits until a statement of another thread waits for a lock, on PostgreSQL: SQLite lets one write at a time."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from kartoteka.testing.company import Company

PATIENCE = 60
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_until_it_waits(company: Company, work: Future[Any]) -> None:
    """Return when a statement waits for a lock, or the work has ended."""
    until = time.monotonic() + PATIENCE
    while not work.done() and time.monotonic() < until:
        with company.database.engine.connect() as connection:
            if connection.exec_driver_sql(_WAITING).scalar():
                return
        time.sleep(0.02)
    assert work.done(), "nobody waits and nothing was done"
