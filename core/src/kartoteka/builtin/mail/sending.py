"""The job that sends: takes what is due account by account, one connection for each batch.

Before a server is made to take a mail, that is written down and committed; so a process that dies either has not begun
(the mail is sent by another one) or leaves a mark (the mail is shown as perhaps sent, and people decide). Nothing is
lost and nothing is sent twice.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import case, func, or_, select, update

from kartoteka.builtin.mail.accounts import company_account, sender_of
from kartoteka.builtin.mail.building import Outgoing, OutgoingFile, build_message
from kartoteka.builtin.mail.connecting import AnswerLost, Connection, MailRefused, ServerUnreachable, carrier
from kartoteka.builtin.mail.models import UNDELIVERED, Mail, MailAccount, MailFile, MailStage
from kartoteka.builtin.mail.planning import announce_end, plan_sending
from kartoteka.builtin.mail.rules import delay_after, outage_delay
from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.blobs import read_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.sealing import SealBroken
from kartoteka.db.session import Session, as_system, workplace
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Translatable, plural_text
from kartoteka.vocabulary.message import text as _

log = logging.getLogger("kartoteka.mail")
POSTMAN = Actor.system("mail")
BATCH = 50
LEASE = timedelta(minutes=5)
STEP_SECONDS = 5.0
"""How long a round lasts: other jobs of the same worker wait as long."""
_TABLE = Model.metadata.tables[Mail.__tablename__]
_QUIETLY = {"synchronize_session": False}
_UNSURE = _("The program was stopped while the mail server was taking this e-mail. It may have been sent.")


@dataclass
class Round:
    """What one step has done."""

    sent: int = 0
    failed: int = 0
    more: bool = False
    began: float = field(default_factory=monotonic)

    @property
    def is_over(self) -> bool:
        return monotonic() - self.began > STEP_SECONDS


def deliver_due(job: RunningJob) -> None:
    """Send what is due, for some time; called while no transaction is open."""
    database = workplace.get().database
    done = Round()
    carrier.prepare(database)
    _recover(database)
    for account_id in _accounts(database):
        while not done.is_over:
            if not _deliver_batch(database, account_id, done):
                break
    done.more = done.is_over
    job.found = done


def note_round(session: Session, job: RunningJob) -> None:
    """Count what was sent, and see to it that what waits for later is looked at then."""
    done: Round | None = job.found
    if done is None:
        return
    counts = {
        "sent": job.checkpoint.get("sent", 0) + done.sent,
        "failed": job.checkpoint.get("failed", 0) + done.failed,
    }
    job.checkpoint.update(counts)
    job.report(counts["sent"])
    if done.more:
        job.again()
        return
    _plan_next(session)
    job.finish(plural_text("One e-mail sent", "%(count)s e-mails sent", counts["sent"]))


def _recover(database: Database) -> None:
    """Take back what a process that died had in its hands."""
    now = utc_now()
    with database.reading(POSTMAN) as session:
        stale = session.scalar(select(Mail.id).where(Mail.stage == MailStage.SENDING, Mail.due_at <= now).limit(1))
    if stale is None:
        return
    lost = update(Mail).where(Mail.stage == MailStage.SENDING, Mail.due_at <= now)
    with database.transaction(POSTMAN) as session:
        begun = lost.where(Mail.handing_at.is_not(None)).values(stage=MailStage.UNSURE, error=_UNSURE, token=None)
        announce_end(session, list(session.scalars(begun.returning(Mail.id), execution_options=_QUIETLY)))
        _run(session, lost.where(Mail.handing_at.is_(None)).values(stage=MailStage.WAITING, token=None))


def _accounts(database: Database) -> list[int]:
    """Return the accounts that something is due for and whose server is not being left alone."""
    now = utc_now()
    with database.reading(POSTMAN) as session:
        due = set(
            session.scalars(
                select(Mail.account_id).where(Mail.stage == MailStage.WAITING, Mail.due_at <= now).distinct()
            )
        )
        if None in due and (company := company_account(session)) is not None:
            due.add(company.id)
        usable = select(MailAccount.id).where(
            MailAccount.id.in_(one for one in due if one is not None),
            MailAccount.active,
            or_(MailAccount.next_try_at.is_(None), MailAccount.next_try_at <= now),
        )
        return list(session.scalars(usable.order_by(MailAccount.id)))


def _deliver_batch(database: Database, account_id: int, done: Round) -> bool:
    """Send a batch of an account's mails; False when nothing of it is left to do now."""
    token = str(uuid.uuid4())
    claimed = _claim(database, account_id, token)
    if not claimed:
        return False
    try:
        with database.reading(POSTMAN) as session:
            account = session.scalars(select(MailAccount).where(MailAccount.id == account_id)).one()
            sender = sender_of(session, account)
            files = _files(session, [one.id for one in claimed])
        with carrier.connect(sender) as connection:
            _all_is_well(database, account)
            for number, mail in enumerate(claimed):
                if number and done.is_over:  # connecting alone may have taken as long
                    _put_back(database, token)
                    return False
                _deliver(database, connection, mail, files.get(mail.id, ()), token, done)
    except (ServerUnreachable, SealBroken) as error:
        _leave_alone(database, account_id, token, _why(error))
        return False
    return len(claimed) == BATCH


def _claim(database: Database, account_id: int, token: str) -> list[Outgoing]:
    now = utc_now()
    with database.transaction(POSTMAN) as session:
        company = company_account(session)
        mine = Mail.account_id == account_id
        if company is not None and company.id == account_id:
            mine = or_(mine, Mail.account_id.is_(None))
        ids = list(
            session.scalars(
                select(Mail.id)
                .where(Mail.stage == MailStage.WAITING, Mail.due_at <= now, mine)
                .order_by(Mail.due_at, Mail.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
        )
        if not ids:
            return []
        values = {"stage": MailStage.SENDING, "token": token, "due_at": now + LEASE, "account_id": account_id}
        _run(session, update(Mail).where(Mail.id.in_(ids)).values(**values, handing_at=None))
        rows = session.execute(_OUTGOING.where(Mail.id.in_(ids)).order_by(Mail.id)).all()
    return [_outgoing(row) for row in rows]


_OUTGOING = select(
    Mail.id, Mail.message_id, Mail.recipients, Mail.subject, Mail.text, Mail.html, Mail.headers, Mail.attempts
)


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        id=row.id,
        message_id=row.message_id,
        recipients=tuple(row.recipients),
        subject=row.subject,
        text=row.text,
        html=row.html,
        headers=dict(row.headers),
        attempts=row.attempts,
    )


def _deliver(
    database: Database, connection: Connection, mail: Outgoing, files: Sequence[Any], token: str, done: Round
) -> None:
    try:
        content = _content(database, connection, mail, files)
    except (Problem, ValueError) as error:
        problem = error.message if isinstance(error, Problem) else _("This text can't be sent as an e-mail.")
        log.warning("Mail %s can't be built: %s", mail.id, without_values(error))
        _write(database, mail, token, stage=MailStage.FAILED, error=problem, attempts=mail.attempts + 1, last=True)
        done.failed += 1
        return

    def begin() -> bool:
        return _write(database, mail, token, handing_at=utc_now(), due_at=utc_now() + LEASE)

    try:
        refused = connection.hand_over(mail.addresses, content, begin)
    except MailRefused as error:
        _write(database, mail, token, **_put_off(mail, error))
        done.failed += 1
    except AnswerLost as error:
        _write(
            database, mail, token, stage=MailStage.UNSURE, error=error.message, attempts=mail.attempts + 1, last=True
        )
        done.failed += 1
        raise ServerUnreachable(error.message) from error
    else:
        now = utc_now()
        sent = {"stage": MailStage.SENT, "sent_at": now, "error": refused, "attempts": mail.attempts + 1}
        _write(database, mail, token, **sent, handing_at=None, last=True)
        done.sent += 1


def _files(session: Session, mail_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return the rows of the files of a batch, by mail; one statement for all of them."""
    rows = session.execute(
        select(MailFile.mail_id, MailFile.name, MailFile.mime, MailFile.blob, MailFile.content_id)
        .where(MailFile.mail_id.in_(mail_ids), MailFile.blob.is_not(None))
        .order_by(MailFile.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.mail_id, []).append(row)
    return found


def _content(database: Database, connection: Connection, mail: Outgoing, rows: Sequence[Any]) -> bytes:
    files = [OutgoingFile(row.name, row.mime, read_blob(database.blobs, row.blob), row.content_id) for row in rows]
    needs_utf8 = any(not address.isascii() for address in mail.addresses)
    return build_message(mail, files, connection.sender, utc_now(), utf8=needs_utf8 and connection.takes_utf8)


def _put_off(mail: Outgoing, refused: MailRefused) -> dict[str, Any]:
    attempts = mail.attempts + 1
    delay = None if refused.final else delay_after(attempts)
    values: dict[str, Any] = {"attempts": attempts, "error": refused.message, "handing_at": None, "last": True}
    if delay is None:
        return values | {"stage": MailStage.FAILED}
    return values | {"stage": MailStage.WAITING, "due_at": utc_now() + delay}


def _write(database: Database, mail: Outgoing, token: str, *, last: bool = False, **values: Any) -> bool:
    if last:
        values["token"] = None
    with database.transaction(POSTMAN) as session:
        # Twice for each mail: past the ORM, which would take longer than the database.
        mine = (_TABLE.c.id == mail.id) & (_TABLE.c.token == token)
        written = bool(raw_connection(session).execute(update(_TABLE).where(mine).values(**values)).rowcount)
        if written and values.get("stage") in UNDELIVERED:
            announce_end(session, [mail.id])
    return written


def _all_is_well(database: Database, account: MailAccount) -> None:
    if account.failures or account.error is not None:
        _note_account(database, account.id, failures=0, error=None, next_try_at=None)


def _leave_alone(database: Database, account_id: int, token: str, why: Translatable) -> None:
    """Put back what was not sent and let the server be for a while; that is no fault of the mails."""
    _put_back(database, token)
    with database.transaction(POSTMAN) as session:
        failures = (session.scalar(select(MailAccount.failures).where(MailAccount.id == account_id)) or 0) + 1
    until = utc_now() + outage_delay(failures)
    _note_account(database, account_id, failures=failures, error=why, next_try_at=until)


def _put_back(database: Database, token: str) -> None:
    with database.transaction(POSTMAN) as session:
        held = update(Mail).where(Mail.token == token, Mail.stage == MailStage.SENDING)
        _run(session, held.values(stage=MailStage.WAITING, token=None, due_at=utc_now(), handing_at=None))


def _note_account(database: Database, account_id: int, **values: Any) -> None:
    with database.transaction(POSTMAN) as session:
        _run(session, update(MailAccount).where(MailAccount.id == account_id).values(**values))


def _why(error: Exception) -> Translatable:
    if isinstance(error, Problem):
        return error.message
    return _("The password kept for this account can't be read any more. Enter it again.")


def _plan_next(session: Session) -> None:
    """Ask for the job again when the next mail, or the next try of a server, is due."""
    now = utc_now()
    with as_system(session, reason="when is the next mail due"):
        waiting = select(
            func.min(case((MailAccount.next_try_at > now, MailAccount.next_try_at), else_=Mail.due_at))
        ).select_from(Mail)
        tries = waiting.outerjoin(MailAccount, MailAccount.id == Mail.account_id).where(
            Mail.stage == MailStage.WAITING,
            or_(Mail.due_at > now, MailAccount.next_try_at > now),
            or_(MailAccount.id.is_(None), MailAccount.active),
        )
        moment = session.scalar(tries)
    if moment is not None:
        plan_sending(session, moment)


def _run(session: Session, statement: Any) -> bool:
    return bool(session.execute(statement, execution_options=_QUIETLY).rowcount)
