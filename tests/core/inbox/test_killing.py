"""A worker killed while it fetches mail: no mail is lost, and none is there twice."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kartoteka.builtin.inbox.fetching import plan_fetching
from kartoteka.builtin.inbox.models import InboxAccount, InboxMail
from kartoteka.builtin.jobs.models import Job
from kartoteka.db.blobs import read_blob
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.core.inbox.conftest import ImapServer, add_mailbox
from tests.core.inbox.letters import letter
from tests.core.inbox.test_fetching import folder_on
from tests.core.killing import FEW_KILLS, PATIENCE, find_job, start_worker, wait_for_end

MAILS = 60 * FEW_KILLS


def stored(company: Company) -> list[tuple[int | None, str, str | None]]:
    with company.database.reading(company.system) as session:
        rows = session.execute(select(InboxMail.uid, InboxMail.subject, InboxMail.blob).order_by(InboxMail.id))
        return [(row.uid, row.subject, row.blob) for row in rows]


def last_uid(company: Company, account_id: int) -> int:
    with company.database.reading(company.system) as session:
        return session.scalars(select(InboxAccount.last_uid).where(InboxAccount.id == account_id)).one()


def forget_deaths(company: Company, job_id: int) -> None:
    """Let nobody give a job up because its workers die again and again before they end a step."""
    with company.database.transaction(company.system) as session:
        session.execute(update(Job).where(Job.id == job_id).values(attempts=0))


@pytest.mark.parametrize("kind", chosen_kinds())
def test_workers_killed_while_fetching_lose_and_double_nothing(
    company_on: Callable[..., Any], imap: ImapServer, kind: str
) -> None:
    office = company_on(kind)
    mails = [letter(f"{n}\n", subject=f"Mail {n}", message_id=f"<{n}@x>") for n in range(MAILS)]
    account_id = add_mailbox(office, imap, folder=folder_on(imap, *mails))
    with office.database.transaction(office.system) as session:
        job_id = plan_fetching(session, account_id)
    before = 0
    for _each in range(FEW_KILLS):
        forget_deaths(office, job_id)
        dead = start_worker(office, sys.executable, "-m", "tests.core.inbox.mortal_fetcher")
        assert dead.wait(PATIENCE) == -signal.SIGKILL
        rows = stored(office)
        assert [row[1] for row in rows] == [f"Mail {n}" for n in range(len(rows))], "all up to the last one, each once"
        assert before < len(rows) < MAILS, "it was killed while it fetched"
        assert last_uid(office, account_id) == rows[-1][0], "how far it is read is written down with the mail"
        assert find_job(office, job_id).finished_at is None
        before = len(rows)
    last = start_worker(office, str(Path(sys.executable).with_name("kartoteka")))
    try:
        assert wait_for_end(office, job_id).state == "done"
    finally:
        os.kill(last.pid, signal.SIGKILL)
        last.wait()
    rows = stored(office)
    assert [row[1] for row in rows] == [f"Mail {n}" for n in range(MAILS)]
    assert len({row[2] for row in rows}) == MAILS
    assert all(f"Mail {n}".encode() in read_blob(office.database.blobs, rows[n][2]) for n in range(0, MAILS, 17))
    with office.database.reading(office.system) as session:
        assert session.scalar(select(func.count(InboxMail.id)).where(InboxMail.is_copy)) == 0
