"""What is typed, uploaded or sent back by strangers does no harm: templates, HTML, keys, huge and odd values."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kartoteka.builtin.mail.cleaning import clean_html, html_to_text
from kartoteka.builtin.mail.dkim_keys import make_key
from kartoteka.builtin.mail.models import MailAccount, MailText
from kartoteka.builtin.mail.rules import fill_in, split_addresses
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.mail.texts import Words, fill_words
from kartoteka.builtin.mail.writing import save_text
from kartoteka.extension.checks.mail import check_mail_template
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import Forbidden, InvalidInput
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.message import text as _


def test_signed_mail_can_be_checked_by_everybody(office: Any, smtp: Any) -> None:
    with office.database.transaction(office.system) as session:
        record = make_key(session, 1)
        draft = MailDraft(
            to=("Ona <ona@example.lt>",),
            subject="Ąžuolas",
            text="Laba diena,\n.\n" * 50,
            html="<p>Žąsis</p>",
            headers={"List-Unsubscribe": "<https://langai.lt/u>"},
        )
        send_mail(session, draft)
        kept = session.scalars(select(MailAccount.dkim_key)).one()
    assert "PRIVATE" not in kept
    run_jobs(office)
    content = smtp.envelopes[0].original_content
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record.value.encode()

    assert dkim.verify(content, dnsfunc=dns)
    assert asked[0].decode().rstrip(".") == record.name
    assert not dkim.verify(content.replace(b"ona@", b"eva@"), dnsfunc=dns)
    assert b"list-unsubscribe" in content.partition(b"\r\n\r\n")[0].lower()


@pytest.mark.parametrize(
    "body",
    [
        "{client_name.__class__}",
        "{client_name!r}",
        "{client_name:>10000000}",
        "{0}",
        "{{client_name}}",
        "{% for x in y %}{% endfor %}",
        "{{ 7*7 }}",
        "%(client_name)s",
        "${client_name}",
    ],
)
def test_templates_hold_placeholders_and_nothing_else(body: str) -> None:
    filled = fill_words(Words("s", body), {"client_name": "Langai"}).text
    assert filled == body.replace("{client_name}", "Langai")
    assert "49" not in filled


def test_a_value_that_looks_like_a_placeholder_stays_text() -> None:
    assert fill_in("{a} {b}", {"a": "{b}", "b": "{a}"}) == "{b} {a}"
    html = fill_words(
        Words("", '<a href="{a}">{b}</a>', is_html=True), {"a": "javascript:x", "b": "<script>1</script>"}
    )
    assert "javascript" not in (html.html or "")
    assert "<script" not in (html.html or "")


def test_days_are_written_in_the_language_of_the_mail(office: Any) -> None:
    words = Words("", "{day}")
    assert fill_words(words, {"day": date(2026, 3, 2)}, "en").text == "Mar 2, 2026"


@pytest.mark.parametrize("key", ["", "mail.letter"])
def test_unknown_placeholders_are_named(office: Any, key: str) -> None:
    with office.database.transaction(office.system) as session, pytest.raises(InvalidInput) as caught:
        save_text(session, key, "en", {"title": "x", "subject": "{secret}", "body": "{password}"})
    assert set(caught.value.errors) == {"subject", "body"}
    assert "{password}" in str(caught.value)


def test_templates_are_changed_by_those_who_may(office: Any) -> None:
    user = office.add_user(permissions=("mail.view", "mail.send"))
    with office.database.transaction(office.actor(user)) as session, pytest.raises(Forbidden):
        save_text(session, "", "en", {"title": "x", "body": "y"})
    with office.database.reading(office.system) as session:
        assert session.scalars(select(MailText)).all() == []


@pytest.mark.parametrize(
    ("html", "gone"),
    [
        ("<img src=x onerror=alert(1)>", "onerror"),
        ("<p style='position:fixed;background:url(http://x)'>a</p>", "url("),
        ("<svg><script>alert(1)</script></svg>", "alert"),
        ("<iframe src='https://x'></iframe>", "iframe"),
        ("<form action='https://x'><input name=p></form>", "form"),
        ("<a href='&#106;avascript:alert(1)'>x</a>", "alert"),
        ("<meta http-equiv=refresh content='0;url=https://x'>", "refresh"),
        ("<style>*{}</style><base href='https://x'>", "base"),
        ("<!--[if mso]><script>alert(1)</script><![endif]-->", "alert"),
    ],
)
def test_html_is_harmless(html: str, gone: str) -> None:
    assert gone not in clean_html(html)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_cleaned_and_read(text: str) -> None:
    assert "<script" not in clean_html(text).lower()
    html_to_text(clean_html(text))
    for one in split_addresses(text):
        assert one.strip() == one


@pytest.mark.parametrize(
    "text", ["<" * 200_000, "<a href=" * 30_000, '"' * 100_000, "<br" * 60_000, "a<b>" * 50_000, ("<div>" * 5_000)]
)
def test_nothing_takes_long(text: str) -> None:
    began = time.monotonic()
    html_to_text(clean_html(text))
    split_addresses(text[:20_000])
    assert time.monotonic() - began < 5


def test_international_addresses_are_written_as_servers_know_them(office: Any, smtp: Any) -> None:
    with office.database.transaction(office.system) as session:
        send_mail(session, MailDraft(to=("info@ąžuolas.lt", "жанна@example.lt"), subject="x", text="y"))
    run_jobs(office)
    assert sorted(smtp.envelopes[0].rcpt_tos) == ["info@xn--uolas-2wa16f.lt", "жанна@example.lt"]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("body", {"body": _("Dear {nobody}")}),
        ("subject", {"subject": _("{nobody}")}),
        ("sample", {"sample": {}}),
        ("placeholders", {"placeholders": {"client_name": "no message"}}),
        ("placeholders", {"placeholders": {"Client name": _("Name")}}),
    ],
)
def test_a_template_that_asks_for_what_nobody_knows_is_set_aside(field: str, changed: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "name": "letter",
        "title": _("Letter"),
        "subject": _("Hello"),
        "body": _("Dear {client_name}"),
        "placeholders": {"client_name": _("Name")},
        "sample": {"client_name": "UAB Langai"},
    }
    assert list(check_mail_template(None, MailTemplate(**good))) == []
    assert field in {name for name, _problem in check_mail_template(None, MailTemplate(**{**good, **changed}))}
