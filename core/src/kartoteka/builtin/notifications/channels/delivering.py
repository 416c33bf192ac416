"""The job that tells reminders and sends notifications by channels, one by one, while no transaction is open."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import select, update

from kartoteka.builtin.notifications.channels.models import Delivery, DeliveryState, Reminder
from kartoteka.builtin.notifications.channels.planning import JOB, plan_next
from kartoteka.builtin.notifications.channels.writing import Ready, prepare
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.session import Session, as_system, use_workplace, workplace
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.stored import from_plain

log = logging.getLogger("kartoteka.notifications")
MESSENGER = Actor.system("notifications")
BATCH = 25
AT_ONCE = 100
LEASE = timedelta(minutes=5)
TRIES = 5
STEP_SECONDS = 30.0


@dataclass
class Round:
    """What one step has done."""

    sent: int = 0
    more: bool = False
    began: float = field(default_factory=monotonic)

    @property
    def is_over(self) -> bool:
        return monotonic() - self.began > STEP_SECONDS


def deliver_due(job: RunningJob) -> None:
    """Tell the reminders that are due and send what is due, for some time."""
    database, done = workplace.get().database, Round()
    while not done.is_over:
        with database.transaction(MESSENGER) as session:
            told = tell_due(session)
        if told < AT_ONCE:
            break
    while not done.is_over and (claimed := _claim(database)):
        for one in claimed:
            _deliver(database, one, done)
    done.more = done.is_over
    job.found = done


def note_round(session: Session, job: RunningJob) -> None:
    """Count what was sent, and see to it that what waits for later is looked at then."""
    done: Round | None = job.found
    if done is None:
        return
    job.checkpoint["sent"] = job.checkpoint.get("sent", 0) + done.sent
    job.report(job.checkpoint["sent"])
    if done.more:
        job.again()
        return
    plan_next(session)
    job.finish(plural_text("One notification sent", "%(count)s notifications sent", job.checkpoint["sent"]))


def tell_due(session: Session) -> int:
    """Tell the reminders that are due, some of them, and return how many were looked at."""
    now = utc_now()
    with as_system(session, reason="reminders that are due"):
        due = select(Reminder).where(Reminder.told_at.is_(None), Reminder.due_at <= now)
        found = session.scalars(due.order_by(Reminder.due_at, Reminder.id).limit(AT_ONCE).with_for_update()).all()
    for one in found:
        _tell(session, one)
        with as_system(session, reason="a reminder was told"):
            session.execute(update(Reminder).where(Reminder.id == one.id).values(told_at=now))
    return len(found)


def _tell(session: Session, one: Reminder) -> None:
    message = from_plain(one.message)
    told = message if isinstance(message, Message) else Message("%(text)s", {"text": message})
    event = f"{one.key}@{one.due_at:%Y%m%dT%H%M%S}"
    try:
        notify(session, [one.user_id], one.type, told, one.about, dedup=event)
    except LookupError:
        return  # its module is off: what it would remind of is not there either


def _claim(database: Database) -> list[Any]:
    """Take some deliveries that are due; what a worker that died had in its hands is due again after a while."""
    now, token = utc_now(), str(uuid.uuid4())
    with database.transaction(MESSENGER) as session:
        open_states = (DeliveryState.WAITING, DeliveryState.SENDING)
        due = select(Delivery.id).where(Delivery.state.in_(open_states), Delivery.due_at <= now)
        ids = list(session.scalars(due.order_by(Delivery.due_at, Delivery.id).limit(BATCH)))
        if not ids:
            return []
        mine = update(Delivery).where(Delivery.id.in_(ids), Delivery.state.in_(open_states), Delivery.due_at <= now)
        _run(session, mine.values(token=token, due_at=now + LEASE))
        columns = (Delivery.id, Delivery.notification_id, Delivery.user_id, Delivery.channel, Delivery.state)
        return list(session.execute(select(*columns, Delivery.attempts, Delivery.token).where(Delivery.token == token)))


def _deliver(database: Database, one: Any, done: Round) -> None:
    with database.reading(MESSENGER) as session:
        ready = prepare(session, one)
    if not isinstance(ready, Ready):
        _settle(database, one, state=ready)
        return
    if one.state == DeliveryState.SENDING and not ready.channel.repeatable:
        # Nobody knows whether it arrived before the worker died: better once too few than twice.
        _settle(database, one, state=DeliveryState.FAILED, error="interrupted")
        return
    if not _settle(database, one, state=DeliveryState.SENDING, keep=True):
        return
    try:
        with use_workplace(database, MESSENGER):
            ready.channel.send(ready.telling)
    except Problem:
        _settle(database, one, state=DeliveryState.FAILED, error="refused")
    except Exception as error:  # noqa: BLE001 - whatever a channel raises, the others are told
        log.warning("Channel %s failed: %s", one.channel, without_values(error))
        _try_later(database, one)
    else:
        done.sent += _settle(database, one, state=DeliveryState.SENT)


def _try_later(database: Database, one: Any) -> None:
    attempts = one.attempts + 1
    if attempts >= TRIES:
        _settle(database, one, state=DeliveryState.FAILED, error="unreachable", attempts=attempts)
        return
    later = utc_now() + timedelta(seconds=30 * 4**one.attempts)
    _settle(database, one, state=DeliveryState.WAITING, attempts=attempts, due_at=later)


def _settle(database: Database, one: Any, *, state: DeliveryState, keep: bool = False, **values: Any) -> int:
    values |= {"state": state}
    if state == DeliveryState.SENT:
        values["sent_at"] = utc_now()
    if not keep:
        values["token"] = None
    with database.transaction(MESSENGER) as session:
        held = update(Delivery).where(Delivery.id == one.id, Delivery.token == one.token)
        return _run(session, held.values(**values))


def _run(session: Session, statement: Any) -> int:
    return int(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)


JOBS = [
    Job(
        name=JOB.partition(".")[2],
        title=_("Send notifications"),
        run=note_round,
        outside=deliver_due,
        timeout=timedelta(minutes=3),
    )
]
