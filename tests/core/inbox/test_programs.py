"""Bounces, automatic replies and complaints are told from what people write."""

from __future__ import annotations

import pytest

from kartoteka.builtin.inbox.parsing.mail import parse_mail
from kartoteka.builtin.inbox.parsing.replies import trim_reply
from kartoteka.vocabulary.incoming import MailKind
from tests.core.inbox.letters import HEAD, bounce, letter


def test_a_bounce_names_the_mail_the_address_and_the_reason() -> None:
    mail = parse_mail(bounce("<17@firma.ee>"))
    assert (mail.kind, mail.automatic, mail.opens_work) == (MailKind.BOUNCE, True, False)
    assert mail.bounced_message_id == "17@firma.ee"
    only = mail.bounced[0]
    assert (only.address, only.action, only.status, only.failed) == ("jonas@example.lt", "failed", "5.1.1", True)
    assert "user unknown" in only.diagnostic


def test_a_delay_is_no_failure() -> None:
    assert not parse_mail(bounce(action="delayed", status="4.4.1")).bounced[0].failed


def test_an_old_bounce_in_plain_words() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example.com\nTo: info@firma.ee\nSubject: failure notice\n\nHi. This is the qmail-send "
        b"program.\n\n<jonas@example.lt>:\n550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\n"
        b"Message-ID: <18@firma.ee>\nTo: jonas@example.lt\n"
    )
    mail = parse_mail(raw)
    assert mail.kind is MailKind.BOUNCE
    assert (mail.bounced[0].address, mail.bounced[0].status) == ("jonas@example.lt", "5.1.1")
    assert mail.bounced_message_id == "18@firma.ee"


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"subject": "Automatic reply: offer"},
        {"subject": "Automatinis atsakymas: pasiūlymas"},
        {"subject": "Автоматична відповідь: рахунок"},
        {"subject": "Out of office", "X_Auto_Response_Suppress": "All"},
        {"Precedence": "auto_reply"},
    ],
)
def test_automatic_replies_open_no_work(fields: dict[str, str]) -> None:
    mail = parse_mail(letter("I am away.\n", **fields))
    assert (mail.kind, mail.automatic, mail.opens_work) == (MailKind.AUTO_REPLY, True, False)


@pytest.mark.parametrize(
    ("raw", "automatic"),
    [
        (letter("Our delivery failed, please return the mail to the sender."), False),
        (letter("The parcel was not delivered", subject="Undelivered parcel"), False),
        (letter("news", List_Id="<news.example.lt>"), True),
        (letter("code", sender="no-reply@bank.lt"), True),
        (letter("notice", Auto_Submitted="auto-generated"), True),
    ],
)
def test_what_people_and_lists_write_is_mail(raw: bytes, automatic: bool) -> None:
    mail = parse_mail(raw)
    assert (mail.kind, mail.automatic) == (MailKind.MAIL, automatic)


def test_a_complaint() -> None:
    raw = HEAD + (
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nspam\n--b\n"
        b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b\nContent-Type: message/rfc822\n\n"
        b"Message-ID: <19@firma.ee>\nSubject: Offer\n\nx\n--b--\n"
    )
    mail = parse_mail(raw)
    assert (mail.kind, mail.bounced_message_id) == (MailKind.COMPLAINT, "19@firma.ee")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Tinka!\n\n2026-11-02 10:30, Jonas Jonaitis rašė:\n> Ar tinka?\n", "Tinka!"),
        ("Sobib.\n\nE, 2. nov 2026 kell 10:30 Jüri Tamm <juri@firma.ee> kirjutas:\n\n> Kas sobib?\n", "Sobib."),
        ("Так.\n\nпн, 2 лист. 2026 р. о 10:30 Ірина <i@firma.ua> пише:\n> Гаразд?\n", "Так."),
        ("Gerai\n\n-----Original Message-----\nFrom: a@b.lt\nSent: today\nTo: c@d.lt\nSubject: x\n\nOld", "Gerai"),
        ("> Kaina?\n\n100 EUR\n\n> Terminas?\n\nSavaitė\n", "> Kaina?\n\n100 EUR\n\n> Terminas?\n\nSavaitė"),
        ("Ačiū\n\n-- \nOna\n+370 600 00000", "Ačiū"),
        ("Ok\n\nSent from my iPhone", "Ok"),
        ("> only a quote", "> only a quote"),
        ("", ""),
    ],
)
def test_a_reply_is_what_its_sender_wrote(text: str, reply: str) -> None:
    assert trim_reply(text) == reply
