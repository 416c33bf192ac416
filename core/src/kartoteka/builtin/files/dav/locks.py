"""Locks in the database, so that all web processes know who has a document open."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text
from wsgidav.dav_error import HTTP_LOCKED, DAVError
from wsgidav.lock_man.lock_manager import generate_lock_token, normalize_lock_root, validate_lock

from kartoteka.builtin.files.models import DavLock
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, workplace

_SYSTEM = Actor.system("locks of documents")
LONGEST = timedelta(hours=12)
"""Programs renew their locks every few minutes; one that died must not hold a document for long."""


class DatabaseLocks:
    """Lock storage of WsgiDAV over ``core_dav_lock``; works in the database of the running request."""

    def open(self) -> None:
        """Nothing to prepare."""

    def close(self) -> None:
        """Nothing to close."""

    def cleanup(self) -> None:
        """Forget the locks whose time is over."""
        with _writing() as session:
            session.execute(delete(DavLock).where(DavLock.expires_at < utc_now()))

    def clear(self) -> None:
        """Forget all locks."""
        with _writing() as session:
            session.execute(delete(DavLock))

    def get(self, token: str) -> dict[str, Any] | None:
        """Return a lock that is in force."""
        with _reading() as session:
            row = session.scalar(select(DavLock).where(DavLock.token == token, DavLock.expires_at > utc_now()))
        return None if row is None else _lock(row)

    def create(self, path: str, lock: dict[str, Any]) -> dict[str, Any]:
        """Store a lock; raises DAVError 423 when another process was quicker."""
        lock["root"] = normalize_lock_root(path)
        lock["token"] = generate_lock_token()
        expires = _expires(lock)
        validate_lock(lock)
        with _writing() as session:
            _wait_for_turn(session, lock["root"])
            session.execute(delete(DavLock).where(DavLock.expires_at < utc_now()))
            others = [_lock(row) for row in session.scalars(select(DavLock).where(DavLock.root == lock["root"]))]
            if others and (lock["scope"] == "exclusive" or any(one["scope"] == "exclusive" for one in others)):
                raise DAVError(HTTP_LOCKED)
            session.add(DavLock(token=lock["token"], root=lock["root"], content=_written(lock), expires_at=expires))
        return lock

    def refresh(self, token: str, *, timeout: float) -> dict[str, Any]:
        """Let a lock last longer; raises ValueError for one that is gone."""
        with _writing() as session:
            row = session.scalar(select(DavLock).where(DavLock.token == token))
            if row is None:
                raise ValueError("There is no such lock.")
            lock = _lock(row)
            lock["timeout"] = timeout
            row.expires_at = _expires(lock)
            row.content = _written(lock)
        return lock

    def delete(self, token: str) -> bool:
        """Forget a lock; return whether there was one."""
        with _writing() as session:
            return bool(session.execute(delete(DavLock).where(DavLock.token == token)).rowcount)  # type: ignore[attr-defined]

    def get_lock_list(
        self, path: str, *, include_root: bool, include_children: bool, token_only: bool
    ) -> list[dict[str, Any]] | list[str]:
        """Return the locks in force at a path, below it, or both."""
        root = normalize_lock_root(path)
        wanted = []
        if include_root:
            wanted.append(DavLock.root == root)
        if include_children:
            wanted.append(func.substr(DavLock.root, 1, len(root) + 1) == f"{root.rstrip('/')}/")
        with _reading() as session:
            rows = [
                row
                for one in wanted
                for row in session.scalars(select(DavLock).where(one, DavLock.expires_at > utc_now()))
            ]
        return [row.token for row in rows] if token_only else [_lock(row) for row in rows]


@contextmanager
def _reading() -> Iterator[Session]:
    with workplace.get().database.reading(_SYSTEM) as session:
        yield session


@contextmanager
def _writing() -> Iterator[Session]:
    with workplace.get().database.transaction(_SYSTEM) as session:
        yield session


def _wait_for_turn(session: Session, root: str) -> None:
    """Let one process at a time ask for a lock of a document; SQLite has one writer at a time anyway."""
    if not session.database.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:root))"), {"root": f"dav {root}"})


def _expires(lock: dict[str, Any]) -> datetime:
    """Limit how long a lock lasts and return when it ends."""
    asked = float(lock["timeout"])
    seconds = LONGEST.total_seconds() if asked < 0 else min(asked, LONGEST.total_seconds())
    ends = utc_now() + timedelta(seconds=seconds)
    lock["timeout"], lock["expire"] = seconds, ends.timestamp()
    return ends


def _written(lock: dict[str, Any]) -> str:
    kept = {name: lock[name] for name in ("type", "scope", "depth", "timeout", "principal")}
    owner = lock["owner"] if isinstance(lock["owner"], bytes) else str(lock["owner"]).encode()
    return json.dumps({**kept, "owner": base64.b64encode(owner).decode()})


def _lock(row: DavLock) -> dict[str, Any]:
    kept = json.loads(row.content)
    expires = row.expires_at.astimezone(UTC).timestamp()
    return {**kept, "owner": base64.b64decode(kept["owner"]), "root": row.root, "token": row.token, "expire": expires}
