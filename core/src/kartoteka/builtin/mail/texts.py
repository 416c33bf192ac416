"""What a mail says: the words of its template, the company's before the module's, with the values put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.mail.cleaning import clean_html, html_to_text
from kartoteka.builtin.mail.models import MailAccount, MailSignature, MailText
from kartoteka.builtin.mail.rules import fill_in
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.message import Message, language_spoken, speaking
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block

OWN_PREFIX = "own."
GENERAL: Mapping[str, Message] = {
    "client_name": _("Name of the client"),
    "record": _("What the e-mail is about"),
    "my_name": _("Name of who sends it"),
    "company": _("Name of our company"),
    "today": _("Today's date"),
}
"""What is known of every mail that somebody writes by hand."""


@dataclass(frozen=True)
class Composed:
    """The words of one mail; ``html`` is clean, None when there is text alone."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True)
class Words:
    """The words of a template in one language, placeholders still in them; ``own`` are those of the company."""

    subject: str
    body: str
    is_html: bool = False
    own: bool = False


def compose(session: Session, draft: MailDraft) -> Composed:
    """Return what a draft says; what the draft itself brings takes the place of its template's words."""
    given = Composed(draft.subject, clean_block(draft.text), clean_html(draft.html) if draft.html else None)
    if draft.template is not None:
        words = words_of(session, draft.template, draft.language)
        made = fill_words(words, draft.values, draft.language)
        if given.text or given.html:
            return replace(given, subject=given.subject or made.subject)
        given = replace(made, subject=given.subject or made.subject)
    if given.html and not given.text:
        return replace(given, text=html_to_text(given.html))
    return given


def find_template(session: Session, key: str) -> MailTemplate:
    """Return a declared template by its key; LookupError when no active module has it."""
    found = extension_of(session).registry.find_mail_template(key)
    if found is None or found.module not in active_set(session):
        raise LookupError(f"No active module declares the mail template {key}.")
    return found


def is_own(key: str) -> bool:
    """Tell whether a template is one that the company has made itself."""
    return key.startswith(OWN_PREFIX)


def words_of(session: Session, key: str, language: str | None = None) -> Words:
    """Return the words of a template in a language: the company's own, else those of the module.

    An own template that isn't written in the language answers in another one. Raises LookupError for no template.
    """
    wanted = language or language_spoken()
    own = _written(session, key, wanted)
    if own is not None:
        return Words(own.subject, own.body, own.is_html, own=True)
    if is_own(key):
        raise LookupError(f"There is no mail template {key}.")
    template = find_template(session, key)
    with speaking(wanted):
        return Words(str(template.subject), str(template.body))


def _written(session: Session, key: str, language: str) -> Any:
    columns = select(MailText.subject, MailText.body, MailText.is_html, MailText.language)
    rows = session.execute(columns.where(MailText.template == key).order_by(MailText.id)).all()
    exact = next((row for row in rows if row.language == language), None)
    return exact or (rows[0] if rows and is_own(key) else None)


def fill_words(words: Words, values: Mapping[str, Any], language: str | None = None) -> Composed:
    """Put values into the words of a template."""
    with speaking(language or language_spoken()):
        written = {name: write_value(value) for name, value in values.items()}
    subject = fill_in(words.subject, written)
    if not words.is_html:
        return Composed(subject, clean_block(fill_in(words.body, written)))
    html = clean_html(fill_in(words.body, written, html=True))
    return Composed(subject, html_to_text(html), html)


def write_value(value: Any) -> str:
    """Return a value as text in the language that is spoken; days and numbers as that language writes them."""
    if isinstance(value, datetime | date | Decimal):
        from babel.dates import format_date, format_datetime
        from babel.numbers import format_decimal

        language = language_spoken()
        if isinstance(value, datetime):
            return str(format_datetime(value, "short", locale=language))
        if isinstance(value, date):
            return str(format_date(value, "medium", locale=language))
        return str(format_decimal(value, locale=language))
    return clean_block(str(value)) if value is not None else ""


def signature_of(session: Session, account: MailAccount | None) -> str:
    """Return what stands below a mail of the actor: his own signature, else that of the account."""
    user_id = actor_of(session).user_id
    own = None
    if user_id is not None:
        own = session.scalar(select(MailSignature.text).where(MailSignature.user_id == user_id))
    return own or (account.signature if account is not None else "")


def add_signature(session: Session, composed: Composed, account: MailAccount | None) -> Composed:
    """Put the signature below a text, after the line that RFC 3676 4.3 marks it with."""
    signature = signature_of(session, account)
    if not signature:
        return composed
    html = composed.html
    if html is not None:
        html += f"<p>--<br>{escape(signature).replace(chr(10), '<br>')}</p>"
    return replace(composed, text=f"{composed.text}\n\n-- \n{signature}", html=html)
