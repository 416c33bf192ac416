"""Asking for the job that sends mail, and announcing what ended otherwise than its sender wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kartoteka.builtin.jobs.service import insert_job
from kartoteka.builtin.mail.models import MAIL_KIND
from kartoteka.db.announce import announce
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.extension.signals import record_changed
from kartoteka.vocabulary.message import text as _

SEND_JOB = "mail.send"
_PLANNED = "mail_sending_planned"


def plan_sending(session: Session, moment: datetime | None = None) -> None:
    """Ask for the job that sends, as the system, at this moment or at once; one job for each transaction is enough."""
    key = "now" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S")
    planned: set[str] = session.info.setdefault(_PLANNED, set())
    if key in planned:
        return
    planned.add(key)
    # A job that is being done may have looked already: only those for later are shared.
    unique = f"{SEND_JOB}:{key}" if moment is not None else None
    insert_job(
        session,
        {
            "name": SEND_JOB,
            "title": _("Send waiting e-mails"),
            "user_id": None,
            "payload": {},
            "due_at": moment or utc_now(),
            "unique_key": unique,
            "dedup": None,
            "url": "/mail/",
        },
    )


def announce_end(session: Session, mail_ids: Sequence[int]) -> None:
    """Announce, after the commit, that mails were given up, came back, or that nobody knows what became of them."""
    if mail_ids:
        announce(session, record_changed, MAIL_KIND, ids=list(mail_ids), fields=["stage"])
