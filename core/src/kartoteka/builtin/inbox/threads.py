"""Which mails belong together: by Message-ID, References and In-Reply-To, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.inbox.models import ID_LENGTH, InboxMail, MailThread, ThreadMember
from kartoteka.db.journal import update_rows
from kartoteka.db.session import Session, as_system
from kartoteka.db.turns import take_turn


def thread_of(session: Session, message_id: str, references: Sequence[str]) -> int:
    """Return the thread of a mail, made when there is none; threads that the mail shows to be one become one."""
    ids = list(dict.fromkeys(one[:ID_LENGTH] for one in (message_id, *references) if one))
    # In turn: two mailboxes fetched at once would each join, and delete, the thread that the other one has just found.
    take_turn(session, "inbox threads")
    with as_system(session, reason="find the thread of a mail"):
        members = select(ThreadMember.message_id, ThreadMember.thread_id).where(ThreadMember.message_id.in_(ids))
        known = {row.message_id: row.thread_id for row in session.execute(members)}
        kept = min(known.values()) if known else _new_thread(session)
        for other in sorted(set(known.values()) - {kept}):
            _join(session, kept, other)
        _remember(session, kept, [one for one in ids if one not in known])
    return kept


def _new_thread(session: Session) -> int:
    thread = MailThread()
    session.add(thread)
    session.flush()
    return thread.id


def _join(session: Session, kept: int, other: int) -> None:
    quietly = {"synchronize_session": False}
    moved = session.scalars(select(InboxMail.id).where(InboxMail.thread_id == other)).all()
    update_rows(session, InboxMail.__tablename__, {one: {"thread_id": kept} for one in moved})
    members = update(ThreadMember).where(ThreadMember.thread_id == other).values(thread_id=kept)
    session.execute(members, execution_options=quietly)
    session.execute(delete(MailThread).where(MailThread.id == other), execution_options=quietly)


def _remember(session: Session, thread_id: int, ids: list[str]) -> None:
    if not ids:
        return
    make = sqlite.insert if session.database.is_sqlite else postgresql.insert
    rows = [{"message_id": one, "thread_id": thread_id} for one in ids]
    session.execute(make(ThreadMember).values(rows).on_conflict_do_nothing())
