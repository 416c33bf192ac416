"""Adds to the audit chain: at the very end of each transaction, in the same commit."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, insert, orm, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.db.audit.hashing import link_hash, seal_of
from kartoteka.db.audit.models import HEAD_ID, AuditEntry, AuditHead
from kartoteka.db.audit.work import entries_of_work
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.coding import canonical, digest_of
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session, actor_of
from kartoteka.vocabulary.record import RecordRef

SEAL_BROKEN = "audit.seal_broken"
_WAITING = "audit_waiting"
_entries: Any = AuditEntry.__table__
_heads: Any = AuditHead.__table__


@dataclass
class _Waiting:
    """An entry to be added; ``savepoint`` is the innermost savepoint it depends on, or None."""

    savepoint: orm.SessionTransaction | None
    values: dict[str, Any] = field(default_factory=dict)


def audit(
    session: orm.Session,
    event: str,
    *,
    subject: str = "",
    ref: RecordRef | None = None,
    facts: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write down that something happened; it is in the chain when, and only if, the transaction commits.

    ``event`` is ``noun.done``; ``ref`` the record it happened to, ``subject`` its name. ``facts`` are plain values
    that say nothing about a person and stay forever; ``subject`` and ``details`` can be erased: put personal data there
    only, and no more than needed. Never a password, a token or a code. Raises TypeError for what JSON cannot hold.
    """
    entry = {
        "at": utc_now(),
        "user_id": actor_of(session).user_id,
        "event": event[:60],
        "about_kind": ref.kind if ref else None,
        "about_id": ref.id if ref else None,
        "operation_id": None,
        "facts": canonical(facts) if facts else None,
        **_erasable(actor_of(session).name, subject, details or {}),
    }
    session.info.setdefault(_WAITING, []).append(_Waiting(session.get_nested_transaction(), entry))


def _erasable(who: str, subject: str, details: Mapping[str, Any]) -> dict[str, Any]:
    told = {"who": who, "subject": subject, **({"details": dict(details)} if details else {})}
    text, salt = canonical({name: value for name, value in told.items() if value}), secrets.token_hex(16)
    return {"personal": text, "salt": salt, "digest": digest_of(salt, text)}


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Add what waits. The head is locked last of all, so that nobody who waits for it holds what its holder wants."""
    if session.is_reading or session.in_nested_transaction():
        return
    session.flush()
    waiting: list[_Waiting] = session.info.pop(_WAITING, [])
    work = [{**_base(session), **link} for link in entries_of_work(session)]
    entries = [one.values for one in waiting] + work
    if entries:
        _add(session, entries)


def _base(session: Session) -> dict[str, Any]:
    actor = actor_of(session)
    return {
        "at": utc_now(),
        "user_id": actor.user_id,
        "about_kind": None,
        "about_id": None,
        **_erasable(actor.name, "", {}),
    }


def _add(session: Session, entries: list[dict[str, Any]]) -> None:
    connection = raw_connection(session)
    head = connection.execute(_LOCKED_HEAD).mappings().one_or_none()
    if head is None:
        connection.execute(_FIRST_HEAD[connection.dialect.name], {"id": HEAD_ID})
        head = connection.execute(_LOCKED_HEAD).mappings().one()
    if not _is_sealed(session, head):
        # The end was changed by somebody without the secret: the new seal must not hide that.
        entries = [{**_base(session), "event": SEAL_BROKEN, "operation_id": None, "facts": None}, *entries]
    last_id, last_hash = head["last_id"], head["hash"]
    for entry in entries:
        last_id += 1
        entry["id"] = last_id
        last_hash = entry["hash"] = link_hash(last_hash, entry)
    connection.execute(insert(_entries), entries)
    seal = seal_of(session.database.secret, last_id, last_hash, head["since_entry"])
    connection.execute(_MOVE_HEAD, {"last_id": last_id, "hash": last_hash, "seal": seal})


_LOCKED_HEAD = select(_heads).where(_heads.c.id == HEAD_ID).with_for_update()
_FIRST_HEAD = {
    "postgresql": postgresql.insert(_heads).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(_heads).on_conflict_do_nothing(),
}
_MOVE_HEAD = update(_heads).where(_heads.c.id == HEAD_ID)


def _is_sealed(session: Session, head: Mapping[str, Any]) -> bool:
    if head["last_id"] == 0 and head["seal"] == "":
        return True
    wanted = seal_of(session.database.secret, head["last_id"], head["hash"], head["since_entry"])
    return hmac.compare_digest(wanted, head["seal"])


@event.listens_for(Session, "after_commit")
def _released(session: Session) -> None:
    savepoint = session.get_nested_transaction()
    if savepoint is None:
        return
    outer = savepoint.parent
    while outer is not None and not outer.nested:
        outer = outer.parent
    for one in session.info.get(_WAITING, ()):
        if one.savepoint is savepoint:
            one.savepoint = outer


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: orm.SessionTransaction) -> None:
    waiting = session.info.get(_WAITING, [])
    waiting[:] = [one for one in waiting if ended.nested and one.savepoint is not ended]
