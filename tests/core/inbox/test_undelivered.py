"""Whoever sent a mail is told when it did not arrive: once for each try, with the way to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from kartoteka.builtin.inbox.fetching import look_for_mail
from kartoteka.builtin.inbox.undelivered import MAIL_KIND
from kartoteka.builtin.mail.accounts import save_account
from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.mail.service import mark_bounced, resend_mail, send_mail
from kartoteka.builtin.notifications.models import Notification
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.stored import from_plain
from tests.core.inbox.letters import bounce
from tests.core.inbox.test_keeping import keep
from tests.core.mail.conftest import Server, smtp

__all__ = ["smtp"]


@pytest.fixture(params=chosen_kinds())
def firm(request: pytest.FixtureRequest, company_on: Callable[..., Any], smtp: Server) -> Any:
    """A company whose mail goes to the server."""
    company = company_on(request.param)
    values = {"title": "Office", "address": "office@langai.lt", "host": "127.0.0.1", "port": smtp.port}
    with company.database.transaction(company.system) as session:
        save_account(session, None, {**values, "security": "none"})
    return company


def send(company: Any, user: int | None, **values: Any) -> int:
    actor = company.actor(user) if user else company.system
    draft = MailDraft(**{"to": ("ona@example.lt",), "subject": "Offer", "text": "Hello", **values})
    with company.database.transaction(actor) as session:
        return send_mail(session, draft)


def told(company: Any, user: int) -> list[tuple[str, int | None]]:
    with company.database.reading(company.system) as session:
        rows = session.scalars(select(Notification).where(Notification.user_id == user).order_by(Notification.id))
        return [(str(from_plain(row.message)), row.about.id if row.about else None) for row in rows]


@pytest.mark.catalogue("CORE-23", part="the sender is told when a mail did not arrive")
def test_the_sender_is_told_of_a_mail_that_is_given_up_with_the_way_to_it(firm: Any, smtp: Server) -> None:
    smtp.refused["ona@example.lt"] = "550 user unknown"
    user, other = (firm.add_user(permissions=["mail.view", "mail.send"]) for _each in range(2))
    mail_id = send(firm, user)
    run_jobs(firm)
    assert told(firm, user) == [("An e-mail of yours was not sent", mail_id)]
    assert told(firm, other) == []
    page = firm.browser(user).get("/notifications/").text
    assert "An e-mail of yours was not sent" in page
    with firm.database.reading(firm.system) as session:
        number = session.scalar(select(Notification.id))
    assert firm.browser(user).post(f"/notifications/{number}/open").location.endswith(f"/mail/{mail_id}")


def test_a_mail_sent_again_that_fails_again_is_told_again(firm: Any, smtp: Server, clock: Any) -> None:
    clock.set("2026-11-02 09:00")
    smtp.refused["ona@example.lt"] = "550 user unknown"
    user = firm.add_user(permissions=["mail.view", "mail.send"])
    mail_id = send(firm, user)
    run_jobs(firm)
    clock.move(minutes=2)
    with firm.database.transaction(firm.actor(user)) as session:
        resend_mail(session, mail_id)
    run_jobs(firm)
    assert told(firm, user) == [("An e-mail of yours was not sent", mail_id)] * 2


def test_a_report_of_a_server_tells_whoever_sent_the_mail(firm: Any, smtp: Server) -> None:
    user = firm.add_user(permissions=["mail.view", "mail.send"])
    mail_id = send(firm, user)
    run_jobs(firm)
    with firm.database.reading(firm.system) as session:
        message_id = session.scalars(select(Mail.message_id)).one()
    keep(firm, bounce(message_id))
    keep(firm, bounce(message_id).replace(b"failed", b"failed "))
    assert told(firm, user) == [("An e-mail of yours came back", mail_id)]


def test_who_died_before_telling_is_made_up_for(firm: Any, smtp: Server) -> None:
    smtp.refused["ona@example.lt"] = "550 user unknown"
    user = firm.add_user(permissions=["mail.view", "mail.send"])
    mail_id = send(firm, user)
    run_jobs(firm)
    with firm.database.transaction(firm.system) as session:
        session.execute(delete(Notification))
    for _each in range(2):
        with firm.database.transaction(firm.system) as session:
            look_for_mail(session, None)  # type: ignore[arg-type]
    assert told(firm, user) == [("An e-mail of yours was not sent", mail_id)]


def test_mail_that_a_program_wrote_tells_nobody(firm: Any, smtp: Server) -> None:
    smtp.refused["ona@example.lt"] = "550 user unknown"
    user = firm.add_user(permissions=["mail.view", "mail.send"])
    send(firm, user, headers={"Auto-Submitted": "auto-generated"})
    send(firm, None)
    run_jobs(firm)
    assert told(firm, user) == []


def test_the_kind_that_is_listened_to_is_that_of_the_outbox() -> None:
    from kartoteka.builtin.mail.models import MAIL_KIND as OURS

    assert MAIL_KIND == OURS


def test_marking_what_is_none_of_ours_announces_nothing(firm: Any) -> None:
    with firm.database.transaction(firm.system) as session:
        assert mark_bounced(session, "<nobody@knows>") is None
