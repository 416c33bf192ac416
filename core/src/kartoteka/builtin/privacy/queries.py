"""What the pages of privacy show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.privacy.holdings import Holdings, title_in_words
from kartoteka.builtin.privacy.models import Erasure
from kartoteka.builtin.privacy.persons import PersonHoldings
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef

PAGE = 50


@dataclass(frozen=True)
class Held:
    """Records of one sort that are kept about a client: how many, and how many of them the law keeps, and why."""

    title: str
    number: int
    is_personal: bool
    note: Message | None
    kept: int = 0
    until: date | None = None
    reason: str = ""


def held_about(session: Session, client_id: int) -> list[Held]:
    """Return what is kept about a client; the caller has found it by a restricted SELECT."""
    return _held(Holdings(session, client_id))


def held_about_person(session: Session, kind: RecordKind, record: Any) -> list[Held]:
    """Return what is kept about a person among a client's records, found by a restricted SELECT."""
    return _held(PersonHoldings(session, kind, record))


def _held(holdings: Holdings) -> list[Held]:
    found = []
    for part in holdings.parts:
        kept = [
            holdings.kept[key] for row in part.rows if (key := (part.table.name, row.get("id", 0))) in holdings.kept
        ]
        last = max(kept, default=None)
        found.append(
            Held(
                title=title_in_words(part.title),
                number=len(part.rows),
                is_personal=part.personal is not None,
                note=part.owner.told,
                kept=len(kept),
                until=last[0] if last else None,
                reason=last[1] if last else "",
            )
        )
    return _joined(found)


def _joined(found: list[Held]) -> list[Held]:
    """Join what would be told twice in the same words: tables without a name of their own bear their module's."""
    lines: dict[tuple[Any, ...], Held] = {}
    for one in found:
        words = one.title, str(one.note or ""), one.is_personal, one.until, one.reason
        before = lines.get(words)
        lines[words] = replace(one, number=one.number + before.number, kept=one.kept + before.kept) if before else one
    return list(lines.values())


def list_erasures(session: Session, before: int | None) -> tuple[Sequence[Row[Any]], int | None]:
    """Return a page of the erasures of clients that the actor sees, the newest first, and where it continues."""
    statement = (
        select(Erasure, Client.number, User.name)
        .join(Client, Client.id == Erasure.client_id)
        .outerjoin(User, User.id == Erasure.user_id)
        .order_by(Erasure.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Erasure.id < before)
    rows: Sequence[Row[Any]] = session.execute(statement).all()  # type: ignore[assignment]
    return rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None


def last_erasure(session: Session, client_id: int) -> Erasure | None:
    """Return the last erasure of a client, None when there was none."""
    whole = select(Erasure).where(Erasure.client_id == client_id, Erasure.about == None)  # noqa: E711 - SQL
    return session.scalar(whole.order_by(Erasure.id.desc()).limit(1))


def last_erasure_of_person(session: Session, ref: RecordRef) -> Erasure | None:
    """Return the last erasure of a person among a client's records, None when there was none."""
    return session.scalar(select(Erasure).where(Erasure.about == ref).order_by(Erasure.id.desc()).limit(1))
