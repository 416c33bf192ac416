"""The jobs that fetch: each mail is stored together with how far the mailbox has been read, so none is lost or doubled.

A process that dies goes on after the last mail that was committed. When the server numbers its mails anew, all are read
once more, and those that are there already, byte by byte, are left out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic

from sqlalchemy import or_, select, update
from sqlalchemy.exc import DataError, IntegrityError

from kartoteka.builtin.inbox.accounts import server_of
from kartoteka.builtin.inbox.connecting import Listed, Mailbox, MailboxUnreachable, Server, opened
from kartoteka.builtin.inbox.models import InboxAccount
from kartoteka.builtin.inbox.parsing.mail import TOO_LARGE, parse_mail
from kartoteka.builtin.inbox.service import Arrival, keep_mail
from kartoteka.builtin.inbox.undelivered import tell_senders
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.actor import Actor
from kartoteka.db.blobs import LARGEST, put_bytes
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.sealing import SealBroken
from kartoteka.db.session import Session, as_system, workplace
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.incoming import IncomingMail
from kartoteka.vocabulary.message import Translatable, plural_text
from kartoteka.vocabulary.message import text as _

log = logging.getLogger("kartoteka.inbox")
FETCHER = Actor.system("inbox")
BATCH = 100
STEP_SECONDS = 20.0
LONGEST_PAUSE = timedelta(hours=4)
FETCH = "inbox.fetch"
UNREADABLE = "unreadable"
TRIES = 2
"""How often a mail is stored that the database refuses because of what it holds already."""


@dataclass
class Round:
    """What one step has done."""

    stored: int = 0
    more: bool = False
    error: Translatable | None = None
    began: float = field(default_factory=monotonic)

    @property
    def is_over(self) -> bool:
        return monotonic() - self.began > STEP_SECONDS


@dataclass(frozen=True)
class _Place:
    account_id: int
    uid_validity: int
    last_uid: int
    server: Server


class _Moved(Exception):
    """The mailbox was set up anew while it was being fetched."""


def plan_fetching(session: Session, account_id: int) -> int:
    """Ask for a mailbox to be fetched in the background; return the job's id."""
    return enqueue(session, FETCH, {"account_id": account_id}, title=_("Fetch e-mails"), url="/inbox/accounts/")


def look_for_mail(session: Session, job: RunningJob) -> None:
    """Ask for every mailbox in use to be fetched, except those whose server is being left alone for a while.

    Senders of mail that did not arrive are told here too: whoever sent it may have died before telling them.
    """
    with as_system(session, reason="fetch mail"):
        tell_senders(session)
        due = select(InboxAccount.id).where(
            InboxAccount.active, or_(InboxAccount.next_try_at.is_(None), InboxAccount.next_try_at <= utc_now())
        )
        for account_id in session.scalars(due).all():
            plan_fetching(session, account_id)


def fetch_mailbox(job: RunningJob) -> None:
    """Fetch what is new in a mailbox, for some time; called while no transaction is open."""
    database = workplace.get().database
    done = job.found = Round()
    account_id = int(job.payload["account_id"])
    with database.reading(FETCHER) as session:
        account = session.get_one(InboxAccount, account_id) if _exists(session, account_id) else None
        if account is None or not account.active:
            return
        server, known, last = _server(session, account), account.uid_validity, account.last_uid
    try:
        if server is None:
            raise MailboxUnreachable(_("The password can't be read any more. Enter it anew."))
        with opened(server) as mailbox:
            last = last if known == mailbox.uid_validity else 0
            _fetch_new(database, mailbox, _Place(account_id, mailbox.uid_validity, last, server), done)
    except _Moved:
        done.more = True
    except MailboxUnreachable as error:
        done.error = error.message


def note_fetched(session: Session, job: RunningJob) -> None:
    """Write down how it went, and go on while there is more."""
    done: Round | None = job.found
    if done is None:
        return
    total = job.checkpoint["stored"] = job.checkpoint.get("stored", 0) + done.stored
    job.report(total)
    account_id = int(job.payload["account_id"])
    with as_system(session, reason="how fetching mail went"):
        failures = session.scalar(select(InboxAccount.failures).where(InboxAccount.id == account_id)) or 0
        values = {"fetched_at": utc_now(), "failures": 0, "error": None, "next_try_at": None}
        if done.error is not None:
            pause = min(timedelta(minutes=5) * 2 ** min(failures, 10), LONGEST_PAUSE)
            values = {"failures": failures + 1, "error": done.error, "next_try_at": utc_now() + pause}
        statement = update(InboxAccount).where(InboxAccount.id == account_id).values(**values)
        session.execute(statement, execution_options={"synchronize_session": False})
    if done.more and done.error is None:
        job.again()
        return
    if done.error is not None:
        job.warn(done.error)
    job.finish(plural_text("One e-mail fetched", "%(count)s e-mails fetched", total))


def _exists(session: Session, account_id: int) -> bool:
    return session.scalar(select(InboxAccount.id).where(InboxAccount.id == account_id)) is not None


def _server(session: Session, account: InboxAccount) -> Server | None:
    try:
        return server_of(session, account)
    except SealBroken:
        return None


def _fetch_new(database: Database, mailbox: Mailbox, place: _Place, done: Round) -> None:
    while listed := mailbox.newer_than(place.last_uid, BATCH):
        for one in listed:
            _fetch_one(database, mailbox, place, one)
            place = replace(place, last_uid=one.uid)
            done.stored += 1
            if done.is_over:
                done.more = True
                return


def _fetch_one(database: Database, mailbox: Mailbox, place: _Place, listed: Listed) -> None:
    """Read one mail and store it with how far the mailbox has been read, in one transaction."""
    whole = listed.size <= LARGEST
    try:
        raw, received_at = mailbox.read(listed.uid) if whole else mailbox.read_headers(listed.uid)
    except LookupError:
        return
    mail = parse_mail(raw)
    if not whole:
        mail = replace(mail, problems=(*mail.problems, TOO_LARGE))
    arrival = Arrival(
        place.account_id, place.uid_validity, listed.uid, received_at, put_bytes(database.blobs, raw, limit=LARGEST)
    )
    _keep(database, place, mail, arrival)


def _keep(database: Database, place: _Place, mail: IncomingMail, arrival: Arrival) -> None:
    """Store a mail; what no database takes must not keep the mails after it waiting: its bytes are kept and listed."""
    for _try in range(TRIES):
        try:
            return _keep_once(database, place, mail, arrival)
        except IntegrityError as error:
            # Somebody else wrote at the same time. Where he stored this very mail, the next try finds it.
            log.warning("Mail %s of mailbox %s: %s", arrival.uid, place.account_id, without_values(error))
        except (DataError, ValueError) as error:
            log.error("Mail %s of mailbox %s: %s", arrival.uid, place.account_id, without_values(error))
            break
    return _keep_once(database, place, IncomingMail(sender=None, problems=(UNREADABLE,)), arrival)


def _keep_once(database: Database, place: _Place, mail: IncomingMail, arrival: Arrival) -> None:
    with database.transaction(FETCHER) as session:
        _advance(session, place, arrival.uid or 0)
        keep_mail(session, mail, arrival)


def _advance(session: Session, place: _Place, uid: int) -> None:
    """Note how far a mailbox has been read; raises _Moved when it is another one by now, whose mails count anew."""
    server = place.server
    moved = update(InboxAccount).where(
        InboxAccount.id == place.account_id,
        InboxAccount.host == server.host,
        InboxAccount.port == server.port,
        InboxAccount.username == server.username,
        InboxAccount.folder == server.folder,
    )
    with as_system(session, reason="how far a mailbox has been read"):
        done = session.execute(
            moved.values(uid_validity=place.uid_validity, last_uid=uid).returning(InboxAccount.id),
            execution_options={"synchronize_session": False},
        )
        if done.first() is None:
            raise _Moved


JOBS = [
    Job(name="look", title=_("Check for new e-mails"), run=look_for_mail),
    Job(
        name="fetch",
        title=_("Fetch e-mails"),
        run=note_fetched,
        outside=fetch_mailbox,
        unique_by=("account_id",),
        timeout=timedelta(minutes=15),
    ),
]
SCHEDULES = [Schedule(job="inbox.look", cron="*/5 * * * *", title=_("Every five minutes"))]
