"""The job that tells webhooks: signed as Standard Webhooks says, tried again later when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.rest.models import FAILED, SENT, WAITING, Webhook, WebhookDelivery
from kartoteka.builtin.rest.webhooks.events import gather_events
from kartoteka.builtin.rest.webhooks.managing import (
    DELIVER,
    WORKING,
    any_webhook,
    ask_to_deliver,
    forget_deliveries,
    secret_of,
)
from kartoteka.builtin.rest.webhooks.targets import BadTarget, find_address, post, read_target
from kartoteka.builtin.rest.writing import forget_requests
from kartoteka.db.announce import found_together
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.sealing import SealBroken
from kartoteka.db.session import Session, workplace
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.extension.signals import client_changed, client_created, listen, record_changed, record_created
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.kept import read_or_kept

AT_ONCE = 8
"""Messages sent in one step: those to one target in turn, different targets side by side."""
LEASE = timedelta(minutes=2)
"""How long a message is one worker's; after that another one sends it again under the same number."""
DELAYS = tuple(timedelta(seconds=each) for each in (30, 300, 1_800, 7_200, 28_800, 86_400))
"""How long is waited after the first, second, ... try that failed; then it is given up."""
GONE = 410


@dataclass(frozen=True)
class Letter:
    """A message that is to be sent now."""

    delivery_id: int
    url: str
    secret: str
    message_id: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """What came of sending a message."""

    status: int | None = None
    error: Message | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the target has it."""
        return self.status is not None and 200 <= self.status < 300


def deliver(job: RunningJob) -> None:
    """Send what is due, while no transaction is open."""
    database = workplace.get().database
    with database.transaction(WORKING) as session:
        gather_events(session)
        letters, job.found = _claim(session)
    if not letters:
        return
    bundles = [list(bundle) for _url, bundle in groupby(sorted(letters, key=_by_target), key=attrgetter("url"))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda bundle: _send_in_turn(bundle, private=database.private_targets), bundles))
    with database.transaction(WORKING) as session:
        for bundle, posted in zip(bundles, outcomes, strict=True):
            for letter, outcome in zip(bundle, posted, strict=True):
                _note(session, letter, outcome)


def store(session: Session, job: RunningJob) -> None:
    """Ask for another step while there was something to send."""
    job.checkpoint["done"] = job.checkpoint.get("done", 0) + (job.found or 0)
    if job.found:
        job.report(job.checkpoint["done"])
        job.again()
        return
    job.finish(plural_text("One message is sent.", "%(count)s messages are sent.", job.checkpoint["done"]))


def send(letter: Letter, *, private: bool) -> Posted:
    """Send one message; whatever goes wrong is an outcome, not an error."""
    body = json.dumps(letter.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        target = read_target(letter.url, private=private)
        address = find_address(target, private=private)
        status = post(target, address, body.encode(), headers_of(letter, body, utc_now()))
    except BadTarget as problem:
        return Posted(error=problem.message)
    except (OSError, HTTPException, ValueError):
        return Posted(error=_("It could not be reached."))
    return Posted(status, None if 200 <= status < 300 else _("It answered %(status)s.", status=status))


def _by_target(letter: Letter) -> tuple[str, int]:
    return letter.url, letter.delivery_id


def _send_in_turn(bundle: Sequence[Letter], *, private: bool) -> list[Posted]:
    """Send messages to one target in their order; when it cannot be reached, the others are not even tried."""
    outcomes: list[Posted] = []
    for letter in bundle:
        unreachable = outcomes and outcomes[-1].status is None
        outcomes.append(outcomes[-1] if unreachable else send(letter, private=private))
    return outcomes


def headers_of(letter: Letter, body: str, at: datetime) -> dict[str, str]:
    """Return the headers of a message; the signature covers its number, the moment and the body."""
    from standardwebhooks.webhooks import Webhook as Signer

    at = at.astimezone(UTC).replace(microsecond=0)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Kartoteka",
        "webhook-id": letter.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(letter.secret).sign(letter.message_id, at, body),
    }


def _claim(session: Session) -> tuple[list[Letter], int]:
    """Take the messages that are due, for a while nobody else's; return those to send, and how many were due.

    One that can't be signed, because the installation's secret was changed since, has failed, and holds nobody up.
    """
    now = utc_now()
    due = session.execute(
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.state == WAITING, WebhookDelivery.due_at <= now)
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(AT_ONCE)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    ).all()
    letters = []
    for delivery, webhook in due:
        delivery.due_at = now + LEASE
        delivery.attempts += 1
        try:
            secret = secret_of(session, webhook)
        except SealBroken:
            delivery.state, delivery.done_at = FAILED, now
            delivery.error = _("The secret of this webhook can't be read any more. Add the webhook anew.")
            continue
        letters.append(Letter(delivery.id, webhook.url, secret, delivery.message_id, dict(delivery.payload)))
    return letters, len(due)


def _note(session: Session, letter: Letter, posted: Posted) -> None:
    delivery = session.get(WebhookDelivery, letter.delivery_id)
    if delivery is None:
        return
    now = utc_now()
    delivery.status, delivery.error = posted.status, posted.error
    if posted.is_taken:
        delivery.state, delivery.done_at = SENT, now
    elif posted.status == GONE or delivery.attempts > len(DELAYS):
        delivery.state, delivery.done_at = FAILED, now
    else:
        delivery.due_at = now + DELAYS[delivery.attempts - 1]
        ask_to_deliver(session, delivery.due_at)
    if posted.status == GONE:
        # The target says that it does not want to hear any more (Standard Webhooks).
        webhook = session.get(Webhook, delivery.webhook_id)
        if webhook is not None:
            webhook.enabled = False
            bump_state(session)


def forget(session: Session, job: RunningJob) -> None:
    """Forget what nobody asks for any more."""
    job.finish(_("Deleted: %(count)s.", count=forget_deliveries(session) + forget_requests(session)))


def _wake(sender: str, **facts: Any) -> None:
    # Once for all that a commit tells: what is delivered is found in the audit chain.
    found_together("webhooks", _ask_for_delivery)


def _is_anybody_told(database: Database) -> bool:
    with database.glance() as connection:
        return any_webhook(connection)


def _ask_for_delivery() -> None:
    database: Database = workplace.get().database
    if not read_or_kept(any_webhook, lambda: _is_anybody_told(database)):
        return
    with database.transaction(WORKING) as session:
        ask_to_deliver(session)


for _signal in (client_created, client_changed, record_created, record_changed):
    listen(_signal, module="rest")(_wake)

JOBS = [
    Job(
        name=DELIVER.partition(".")[2],
        title=_("Tell other programs of changes"),
        run=store,
        outside=deliver,
        unique_by=("at",),
    ),
    Job(name="forget", title=_("Delete old messages to other programs"), run=forget),
]
SCHEDULES = [
    # What the announcements have missed: imports, and processes that died between a commit and its announcement.
    Schedule(job=DELIVER, cron="*/5 * * * *", title=_("Every five minutes")),
    Schedule(job="rest.forget", cron="20 3 * * *", title=_("Every night")),
]
