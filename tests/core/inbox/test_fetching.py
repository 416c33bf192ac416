"""Mail is fetched from a real IMAP server: all of it, once, whatever happens in between, and nothing changes there."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.inbox import fetching
from kartoteka.builtin.inbox.accounts import save_mailbox
from kartoteka.builtin.inbox.fetching import plan_fetching
from kartoteka.builtin.inbox.models import InboxAccount, InboxMail
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import InvalidInput
from tests.core.inbox.conftest import PASSWORD, ImapServer, add_mailbox
from tests.core.inbox.letters import bounce, garbage, letter

_numbers = count()


def fetch(company: Any, account_id: int) -> None:
    with company.database.transaction(company.system) as session:
        plan_fetching(session, account_id)
    run_jobs(company)


def subjects(company: Any) -> list[str]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(InboxMail.subject).order_by(InboxMail.id)))


def account_of(company: Any, account_id: int) -> InboxAccount:
    with company.database.reading(company.system) as session:
        return session.scalars(select(InboxAccount).where(InboxAccount.id == account_id)).one()


def folder_on(imap: ImapServer, *mails: bytes) -> str:
    """Make a new folder with these mails."""
    name = f"Post{next(_numbers)}"
    imap.open().create(name)
    imap.add(*mails, folder=name)
    return name


def test_new_mail_is_fetched_once_and_left_as_it_is(office: Any, imap: ImapServer) -> None:
    folder = folder_on(imap, letter("1\n", subject="First"), letter("2\n", subject="Second", message_id="<2@x>"))
    account_id = add_mailbox(office, imap, folder=folder)
    fetch(office, account_id)
    fetch(office, account_id)
    assert subjects(office) == ["First", "Second"]
    imap.add(bounce(), b"not much of a mail", b"\xff\xfe broken\n\n" + garbage(2000), folder=folder)
    fetch(office, account_id)
    assert len(subjects(office)) == 5
    account = account_of(office, account_id)
    assert (account.error, account.failures) == (None, 0)
    assert account.fetched_at is not None
    assert not any(b"Seen" in one for one in imap.flags(folder))


def test_a_process_that_dies_goes_on_after_the_last_mail(
    office: Any, imap: ImapServer, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    clock.set("2026-11-02 09:00")
    mails = [letter(f"{n}\n", subject=f"Mail {n}", message_id=f"<{n}@x>") for n in range(5)]
    account_id = add_mailbox(office, imap, folder=folder_on(imap, *mails))
    real, calls = fetching.keep_mail, []

    def dies(*given: Any) -> int:
        kept = real(*given)
        calls.append(kept)
        if len(calls) == 3:
            raise RuntimeError("killed in the middle of a transaction")
        return kept

    monkeypatch.setattr(fetching, "keep_mail", dies)
    with office.database.transaction(office.system) as session:
        plan_fetching(session, account_id)
    run_jobs(office)
    monkeypatch.setattr(fetching, "keep_mail", real)
    assert subjects(office) == ["Mail 0", "Mail 1"]
    clock.move(minutes=3)
    run_jobs(office)
    assert subjects(office) == [f"Mail {n}" for n in range(5)]


def test_a_server_that_numbers_its_mails_anew_doubles_nothing(office: Any, imap: ImapServer) -> None:
    mail = letter("1\n", subject="First")
    folder = folder_on(imap, mail)
    account_id = add_mailbox(office, imap, folder=folder)
    fetch(office, account_id)
    before = account_of(office, account_id).uid_validity
    imap.make_anew(folder)
    imap.add(mail, letter("2\n", subject="Second", message_id="<2@x>"), folder=folder)
    fetch(office, account_id)
    assert account_of(office, account_id).uid_validity != before
    assert subjects(office) == ["First", "Second"]


def test_a_wrong_password_and_a_dead_server_are_told_and_left_alone_for_a_while(office: Any, imap: ImapServer) -> None:
    wrong = add_mailbox(office, imap, password="wrong")
    gone = add_mailbox(office, imap, port=1)
    folder = add_mailbox(office, imap, folder="No such folder")
    for one in (wrong, gone, folder):
        fetch(office, one)
    errors = [str(account_of(office, one).error) for one in (wrong, gone, folder)]
    assert errors == [
        "The mail server refuses the name or the password.",
        "The mail server can't be reached.",
        "The mailbox has no folder of this name.",
    ]
    assert all(account_of(office, one).next_try_at is not None for one in (wrong, gone, folder))
    with office.database.transaction(office.system) as session:
        fetching.look_for_mail(session, None)  # type: ignore[arg-type]
    run_jobs(office)
    assert account_of(office, wrong).failures == 1


def test_a_mail_that_is_too_large_is_listed_and_stays_on_the_server(
    office: Any, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = add_mailbox(office, imap, folder=folder_on(imap, letter("x" * 5000, subject="Large")))
    monkeypatch.setattr(fetching, "LARGEST", 2000)
    fetch(office, account_id)
    with office.database.reading(office.system) as session:
        mail = session.scalars(select(InboxMail)).one()
    assert (mail.subject, mail.text, mail.problems) == ("Large", "", ["too_large"])


@pytest.mark.parametrize("moved", [{"host": "evil.example.lt"}, {"port": 4143}, {"security": "none"}])
def test_passwords_are_sealed_and_never_sent_to_another_server(office: Any, imap: ImapServer, moved: Any) -> None:
    account_id = add_mailbox(office, imap, security="tls")
    assert PASSWORD not in account_of(office, account_id).password
    with office.database.transaction(office.system) as session, pytest.raises(InvalidInput) as refused:
        save_mailbox(session, account_id, moved)
    assert set(refused.value.errors) == {"password"}


def test_many_mails_are_fetched_in_steps(office: Any, imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BATCH", 7)
    monkeypatch.setattr(fetching, "STEP_SECONDS", 0.0)
    mails = [letter(f"{n}\n", subject=f"Mail {n}", message_id=f"<{n}@x>") for n in range(10)]
    account_id = add_mailbox(office, imap, folder=folder_on(imap, *mails))
    with office.database.transaction(office.system) as session:
        plan_fetching(session, account_id)
    run_jobs(office)
    with office.database.reading(office.system) as session:
        assert session.scalar(select(func.count(InboxMail.id))) == 10
