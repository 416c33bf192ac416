"""Mail goes through the outbox to a real server: once, whatever happens, and what went wrong is shown."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kartoteka.builtin.mail import sending
from kartoteka.builtin.mail.models import Mail, MailAccount, MailStage
from kartoteka.builtin.mail.service import cancel_mail, mark_bounced, resend_mail, send_mail
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from tests.core.mail.conftest import HANG_UP, PASSWORD, add_account


def send(company: Any, *, user: int | None = None, **values: Any) -> int:
    """Hand over a mail."""
    given = {"to": ("Ona Žukienė <ona@example.lt>",), "subject": "Pasiūlymas", "text": "Sveiki, Ąžuole!", **values}
    actor = company.actor(user) if user else company.system
    with company.database.transaction(actor) as session:
        return send_mail(session, MailDraft(**given))


def mail_of(company: Any, mail_id: int) -> Mail:
    with company.database.reading(company.system) as session:
        return session.scalars(select(Mail).where(Mail.id == mail_id)).one()


def account_of(company: Any) -> MailAccount:
    with company.database.reading(company.system) as session:
        return session.scalars(select(MailAccount).order_by(MailAccount.id)).first()


def test_a_mail_arrives_as_it_was_written(office: Any, smtp: Any) -> None:
    mail_id = send(
        office,
        cc=("jonas@example.lt",),
        bcc=("slapta@example.lt",),
        html="<p>Sveiki, <b>Ąžuole</b>!<script>steal()</script></p>",
        attachments=(AttachedFile(name="Sąskaita.pdf", mime="application/pdf", content=b"%PDF-1.7\r\n.\r\n"),),
        headers={"List-Unsubscribe": "<https://example.lt/u>"},
    )
    assert run_jobs(office) >= 1
    (message,) = smtp.messages
    assert str(message["To"]) == "Ona Žukienė <ona@example.lt>"
    assert (str(message["Cc"]), message["Bcc"]) == ("jonas@example.lt", None)
    assert sorted(smtp.envelopes[0].rcpt_tos) == ["jonas@example.lt", "ona@example.lt", "slapta@example.lt"]
    assert str(message["Subject"]) == "Pasiūlymas"
    assert message["List-Unsubscribe"] == "<https://example.lt/u>"
    assert message.get_body(("plain",)).get_content().strip() == "Sveiki, Ąžuole!"
    html = message.get_body(("html",)).get_content()
    assert "<b>Ąžuole</b>" in html
    assert "steal" not in html
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Sąskaita.pdf", b"%PDF-1.7\r\n.\r\n")
    mail = mail_of(office, mail_id)
    assert (mail.stage, mail.attempts, mail.error, mail.token) == (MailStage.SENT, 1, None, None)
    assert message["Message-ID"] == mail.message_id


def test_what_is_rolled_back_is_never_sent(office: Any, smtp: Any) -> None:
    with office.database.transaction(office.system) as session:
        send_mail(session, MailDraft(to=("ona@example.lt",), subject="Never"))
        session.rollback()
    run_jobs(office)
    assert smtp.envelopes == []


def test_a_batch_takes_one_connection(office: Any, smtp: Any) -> None:
    with office.database.transaction(office.system) as session:
        for number in range(60):
            send_mail(session, MailDraft(to=(f"c{number}@example.lt",), subject=f"No. {number}", text="."))
    run_jobs(office)
    assert len(smtp.envelopes) == 60
    assert smtp.connections == 2


def test_others_have_their_turn_while_a_server_is_slow(office: Any, smtp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STEP_SECONDS", 0.05)
    smtp.answer = lambda envelope: time.sleep(0.06) or "250 taken"
    ids = [send(office, subject=str(number)) for number in range(3)]
    run_jobs(office)
    assert [mail_of(office, one).stage for one in ids] == [MailStage.SENT] * 3
    assert sorted(str(message["Subject"]) for message in smtp.messages) == ["0", "1", "2"]
    assert smtp.connections == 3, "each round sends one mail at least"


def test_the_same_event_is_told_once(office: Any, smtp: Any) -> None:
    first = send(office, dedup="reminder:7")
    assert send(office, dedup="reminder:7") == first
    run_jobs(office)
    assert len(smtp.envelopes) == 1


def test_a_refused_mail_says_why_and_can_be_sent_again(office: Any, smtp: Any) -> None:
    smtp.refused["ona@example.lt"] = "550 5.1.1 no such user"
    mail_id = send(office)
    run_jobs(office)
    mail = mail_of(office, mail_id)
    assert mail.stage == MailStage.FAILED
    assert "no such user" in str(mail.error)
    smtp.refused.clear()
    with office.database.transaction(office.system) as session:
        resend_mail(session, mail_id)
    run_jobs(office)
    assert mail_of(office, mail_id).stage == MailStage.SENT
    with office.database.transaction(office.system) as session, pytest.raises(Refused):
        resend_mail(session, mail_id)


def test_one_refused_address_does_not_stop_the_others(office: Any, smtp: Any) -> None:
    smtp.refused["ona@example.lt"] = "550 5.1.1 no such user"
    mail_id = send(office, to=("ona@example.lt", "petras@example.lt"))
    run_jobs(office)
    mail = mail_of(office, mail_id)
    assert mail.stage == MailStage.SENT
    assert "ona@example.lt" in str(mail.error)
    assert smtp.envelopes[0].rcpt_tos == ["petras@example.lt"]


def test_a_mail_put_off_is_tried_later_and_given_up_at_last(office: Any, smtp: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    smtp.answer = lambda envelope: "451 4.7.1 try later"
    mail_id = send(office)
    tries = 0
    for _each in range(10):
        run_jobs(office)
        mail = mail_of(office, mail_id)
        if mail.stage == MailStage.FAILED:
            break
        assert mail.stage == MailStage.WAITING
        assert mail.attempts == tries + 1
        tries = mail.attempts
        clock.move(hours=13)
    assert (mail.stage, mail.attempts) == (MailStage.FAILED, 7)
    assert "try later" in str(mail.error)


def test_the_next_try_is_planned_by_itself(office: Any, smtp: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:01")
    smtp.answer = lambda envelope: "451 4.7.1 try later"
    mail_id = send(office)
    run_jobs(office)
    smtp.answer = None
    clock.move(seconds=61)
    run_jobs(office)
    assert mail_of(office, mail_id).stage == MailStage.SENT


def test_a_server_that_is_away_costs_no_mail_a_try(office: Any, smtp: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:01")
    with office.database.transaction(office.system) as session:
        session.execute(update(MailAccount).values(port=1))
    mail_id = send(office)
    run_jobs(office)
    mail, account = mail_of(office, mail_id), account_of(office)
    assert (mail.stage, mail.attempts) == (MailStage.WAITING, 0)
    assert account.failures == 1
    assert "can't be reached" in str(account.error)
    with office.database.transaction(office.system) as session:
        session.execute(update(MailAccount).values(port=smtp.port))
    clock.move(minutes=2)
    run_jobs(office)
    account = account_of(office)
    assert mail_of(office, mail_id).stage == MailStage.SENT
    assert (account.failures, account.error, account.next_try_at) == (0, None, None)


@pytest.mark.catalogue("X-21")
def test_a_mail_for_tomorrow_leaves_tomorrow(office: Any, smtp: Any, clock: Any) -> None:
    clock.set("2026-03-28 15:00")  # summer time begins in the night
    tomorrow = datetime(2026, 3, 29, 8, 0, tzinfo=clock.zone)
    mail_id = send(office, send_at=tomorrow)
    run_jobs(office)
    assert smtp.envelopes == []
    clock.set("2026-03-29 07:59")
    run_jobs(office)
    assert smtp.envelopes == []
    clock.set("2026-03-29 08:00")
    run_jobs(office)
    assert mail_of(office, mail_id).sent_at == tomorrow.astimezone(UTC)
    assert len(smtp.envelopes) == 1


def test_a_stopped_mail_does_not_leave(office: Any, smtp: Any) -> None:
    mail_id = send(office)
    with office.database.transaction(office.system) as session:
        cancel_mail(session, mail_id)
    run_jobs(office)
    assert (smtp.envelopes, mail_of(office, mail_id).stage) == ([], MailStage.CANCELLED)


def test_mail_waits_until_there_is_an_account(company_on: Any, smtp: Any) -> None:
    company = company_on()
    mail_id = send(company)
    run_jobs(company)
    assert mail_of(company, mail_id).stage == MailStage.WAITING
    add_account(company, smtp, username="post", password=PASSWORD)
    run_jobs(company)
    assert mail_of(company, mail_id).stage == MailStage.SENT


def test_a_wrong_password_is_the_accounts_fault(company_on: Any, smtp: Any) -> None:
    company = company_on()
    add_account(company, smtp, username="post", password="wrong")
    mail_id = send(company)
    run_jobs(company)
    assert mail_of(company, mail_id).stage == MailStage.WAITING
    assert "password" in str(account_of(company).error)


def test_passwords_are_sealed(office: Any, smtp: Any) -> None:
    add_account(office, smtp, username="post", password=PASSWORD)
    with office.database.reading(office.system) as session:
        kept = session.scalars(select(MailAccount.password).where(MailAccount.password.is_not(None))).one()
    assert PASSWORD not in kept
    assert len(kept) > 80


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("to", {"to": ()}),
        ("to", {"to": ("nobody",)}),
        ("to", {"to": ("a@b.lt, c@d.lt",)}),
        ("to", {"to": ("a@b.lt>",)}),
        ("cc", {"cc": ("a@b.lt\nBcc: x@y.lt@",)}),
        ("to", {"to": tuple(f"a{number}@b.lt" for number in range(101))}),
        ("attachments", {"attachments": (AttachedFile(name="x"),)}),
        ("attachments", {"attachments": tuple(AttachedFile(name="x", content=b"") for _ in range(51))}),
    ],
)
def test_nonsense_is_refused_with_the_field_named(office: Any, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        send(office, **values)
    assert list(caught.value.errors) == [field]


def test_headers_can_not_be_smuggled_in(office: Any, smtp: Any) -> None:
    send(office, subject="Hi\r\nBcc: x@y.lt\r\n\r\nbody", headers={"X-A": "1\r\nBcc: z@y.lt", "From": "boss@b.lt"})
    run_jobs(office)
    (message,) = smtp.messages
    assert message["Bcc"] is None
    assert str(message["Subject"]) == "Hi Bcc: x@y.lt body"
    assert "office@langai.lt" in str(message["From"])
    assert smtp.envelopes[0].rcpt_tos == ["ona@example.lt"]


def test_a_bounce_is_noted(office: Any, smtp: Any) -> None:
    mail_id = send(office)
    run_jobs(office)
    with office.database.transaction(office.system) as session:
        assert mark_bounced(session, mail_of(office, mail_id).message_id, "Mailbox full") == mail_id
        assert mark_bounced(session, "<nobody@knows>") is None
    mail = mail_of(office, mail_id)
    assert (mail.stage, mail.error) == (MailStage.BOUNCED, "Mailbox full")


def test_a_lost_answer_is_left_to_people(office: Any, smtp: Any) -> None:
    mail_id = send(office)
    smtp.answer = lambda envelope: HANG_UP
    run_jobs(office)
    mail = mail_of(office, mail_id)
    assert mail.stage == MailStage.UNSURE
    run_jobs(office)
    assert mail_of(office, mail_id).stage == MailStage.UNSURE


def test_workers_killed_while_sending_lose_and_double_nothing(company_on: Any, smtp: Any) -> None:
    company = company_on()
    add_account(company, smtp)
    number = 120
    with company.database.transaction(company.system) as session:
        for each in range(number):
            send_mail(session, MailDraft(to=(f"c{each}@example.lt",), subject=str(each), text="."))
    killed = 0
    while killed < 4 and len(smtp.envelopes) < number:
        before = len(smtp.envelopes)
        worker = subprocess.Popen([sys.executable, "-m", "tests.core.mail.postman", str(company.database.url)])
        while len(smtp.envelopes) < before + 20 and worker.poll() is None:
            time.sleep(0.01)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        killed += 1
        _let_leases_end(company)
    for _each in range(3):
        run_jobs(company)
        _let_leases_end(company)
    got = [message["Subject"] for message in smtp.messages]
    assert len(got) == len(set(got))
    with company.database.reading(company.system) as session:
        states = dict(session.execute(select(Mail.stage, func.count()).group_by(Mail.stage)).all())
    assert states.get(MailStage.SENT, 0) + states.get(MailStage.UNSURE, 0) == number
    assert states.get(MailStage.UNSURE, 0) <= killed
    assert number - len(got) <= states.get(MailStage.UNSURE, 0)


def _let_leases_end(company: Any) -> None:
    from kartoteka.builtin.jobs.models import Job

    with company.database.transaction(company.system) as session:
        past = datetime.now(UTC) - timedelta(minutes=1)
        session.execute(update(Mail).where(Mail.stage == MailStage.SENDING).values(due_at=past))
        session.execute(update(Job).where(Job.finished_at.is_(None)).values(due_at=past))
