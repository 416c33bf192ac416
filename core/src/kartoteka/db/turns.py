"""Turns: what only one transaction at a time may do, where no constraint of the database says so."""

from __future__ import annotations

from sqlalchemy import text

from kartoteka.db.session import Session


def take_turn(session: Session, name: str) -> None:
    """Wait until no other transaction has this turn, and keep it to the end of one's own.

    Look again afterwards: whoever had the turn before may have done the work. SQLite has one writer at a time anyway.
    """
    if session.database.is_sqlite:
        return
    with session.lifted():
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
