"""A mailbox that moves, and mails that the database refuses: none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.inbox import fetching
from kartoteka.builtin.inbox.accounts import save_mailbox
from kartoteka.builtin.inbox.models import InboxMail
from tests.core.inbox.conftest import ImapServer, add_mailbox
from tests.core.inbox.letters import letter
from tests.core.inbox.test_fetching import account_of, fetch, folder_on, subjects
from tests.core.inbox.test_keeping import keep, stored


def pair(first: str, second: str) -> tuple[bytes, bytes]:
    """Return two mails."""
    return tuple(letter(f"{one}\n", subject=one, message_id=f"<{one}@x>") for one in (first, second))  # type: ignore[return-value]


@pytest.fixture
def counting_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder says UIDVALIDITY 1."""
    real = fetching.opened

    def opened(server: Any) -> Any:
        manager = real(server)
        enter = type(manager).__enter__

        class Alike:
            def __enter__(self) -> Any:
                box = enter(manager)
                box.uid_validity = 1
                return box

            def __exit__(self, *error: Any) -> Any:
                return manager.__exit__(*error)

        return Alike()

    monkeypatch.setattr(fetching, "opened", opened)


@pytest.mark.usefixtures("counting_alike")
def test_a_mailbox_that_moves_loses_no_mail(office: Any, imap: ImapServer) -> None:
    account_id = add_mailbox(office, imap, folder=folder_on(imap, *pair("First", "Second")))
    fetch(office, account_id)
    with office.database.transaction(office.system) as session:
        save_mailbox(session, account_id, {"folder": folder_on(imap, *pair("Third", "Fourth"))})
    fetch(office, account_id)
    assert subjects(office) == ["First", "Second", "Third", "Fourth"]
    assert (account_of(office, account_id).last_uid > 0, account_of(office, account_id).uid_validity) == (True, 1)


@pytest.mark.usefixtures("counting_alike")
def test_a_mailbox_that_moves_while_it_is_fetched_begins_anew(
    office: Any, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = folder_on(imap, *pair("First", "Second")), folder_on(imap, *pair("Third", "Fourth"))
    account_id = add_mailbox(office, imap, folder=old)
    real, parsed = fetching.parse_mail, []

    def moves(raw: bytes) -> Any:
        parsed.append(raw)
        if len(parsed) == 2:
            with office.database.transaction(office.system) as session:
                save_mailbox(session, account_id, {"folder": new})
        return real(raw)

    monkeypatch.setattr(fetching, "parse_mail", moves)
    fetch(office, account_id)
    assert subjects(office) == ["First", "Third", "Fourth"]


def test_a_place_counts_only_with_the_same_bytes(office: Any, imap: ImapServer) -> None:
    place = {"account_id": add_mailbox(office, imap), "uid_validity": 1, "uid": 1}
    first, second = pair("First", "Second")
    kept = keep(office, first, **place)
    assert keep(office, first, **place) == kept
    other = keep(office, second, **place)
    assert other != kept
    assert (stored(office, kept).uid, stored(office, other).uid) == (None, 1)


@pytest.mark.parametrize(("refusals", "kept_as"), [(1, ["First", "Second"]), (2, ["", "Second"])])
def test_a_mail_that_the_database_refuses_is_kept_all_the_same(
    office: Any, imap: ImapServer, monkeypatch: pytest.MonkeyPatch, refusals: int, kept_as: list[str]
) -> None:
    account_id = add_mailbox(office, imap, folder=folder_on(imap, *pair("First", "Second")))
    real, calls = fetching.keep_mail, []

    def refused(*given: Any) -> int:
        calls.append(given)
        if len(calls) <= refusals:
            raise IntegrityError("INSERT", {}, Exception("somebody deleted the thread"))
        return real(*given)

    monkeypatch.setattr(fetching, "keep_mail", refused)
    fetch(office, account_id)
    assert subjects(office) == kept_as
    with office.database.reading(office.system) as session:
        problems = list(session.scalars(select(InboxMail.problems).order_by(InboxMail.id)))
    assert problems == [[] if kept_as[0] else ["unreadable"], []]


def wait_for_waiting(company: Any) -> None:
    """Return when a transaction of this database waits for another one."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = monotonic() + 10
    while monotonic() < until:
        with company.database.engine.connect() as connection:
            if connection.execute(waits).scalar():
                return
    raise TimeoutError("Nobody waits.")


def test_threads_that_become_one_keep_the_mails_that_come_at_the_same_time(office: Any) -> None:
    if office.database.is_sqlite:
        return  # one writer at a time: there is nothing to see
    from kartoteka.builtin.inbox.threads import thread_of

    keep(office, letter("1", message_id="<1@x>"))
    keep(office, letter("2", message_id="<2@x>"))
    answer = letter("answer", message_id="<3@x>", References="<2@x>")
    with ThreadPoolExecutor(1) as pool:
        with office.database.transaction(office.system) as session:
            joined = thread_of(session, "0@x", ["1@x", "2@x"])
            other = pool.submit(keep, office, answer)
            wait_for_waiting(office)
        mail_id = other.result(10)
    assert stored(office, mail_id).thread_id == joined
