"""Where mails lie in their mailbox, as RFC 3501 (2.3.1.1) numbers them: a place holds one mail until it is freed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from kartoteka.builtin.inbox.models import InboxMail
from kartoteka.db.journal import update_rows
from kartoteka.db.session import Session, as_system


def find_at_place(
    session: Session, account_id: int | None, uid_validity: int | None, uid: int, digest: str
) -> int | None:
    """Return the mail that is kept at this place, None when there is none.

    A mail of other bytes is not this one, whatever the numbers say (they begin at 1 in every mailbox): it gives its
    place up. One whose bytes were erased keeps it.
    """
    place = (InboxMail.account_id == account_id, InboxMail.uid_validity == uid_validity, InboxMail.uid == uid)
    with as_system(session, reason="is this mail stored already"):
        there = session.execute(select(InboxMail.id, InboxMail.blob).where(*place)).first()
    if there is None:
        return None
    if there.blob in (None, digest):
        return int(there.id)
    free_places(session, InboxMail.id == there.id)
    return None


def free_places(session: Session, which: ColumnElement[bool]) -> None:
    """Forget at which places mails lay, because other mails lie there now; the mails themselves stay."""
    with as_system(session, reason="a mailbox numbers its mails anew"):
        ids = session.scalars(select(InboxMail.id).where(which, InboxMail.uid.is_not(None))).all()
        update_rows(session, InboxMail, {one: {"uid_validity": None, "uid": None} for one in ids})
