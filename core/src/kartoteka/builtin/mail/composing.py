"""What a mail begins with that somebody writes: addresses out of the client's records, a template, a signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from flask import request

from kartoteka.builtin.mail.forms import WriteForm
from kartoteka.builtin.mail.models import MailAccount
from kartoteka.builtin.mail.queries import (
    KnownAddress,
    OfferedText,
    accounts_offered,
    addresses_of,
    templates_offered,
)
from kartoteka.builtin.mail.rules import split_addresses
from kartoteka.builtin.mail.texts import GENERAL, Composed, fill_words, signature_of, words_of
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.vocabulary.text import clean_block
from kartoteka.web.current import visitor
from kartoteka.web.i18n import current_formats, today
from kartoteka.web.links import describe_all

_MARK = "\n\n-- \n"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What is known before the first letter is typed."""

    accounts: list[MailAccount]
    templates: list[OfferedText]
    addresses: list[KnownAddress] = field(default_factory=list)
    about: RecordSummary | None = None
    client_id: int | None = None
    template: str = ""
    html: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def begin_mail(session: Session, company: str) -> Beginning:
    """Return what the address of the page asks for; raises NotFound for a record that the visitor doesn't see."""
    ref = _asked_record()
    client_id, addresses = addresses_of(session, ref, [request.args.get("template", "")[:127]]) if ref else (None, [])
    client = RecordRef("clients.client", client_id) if client_id else None
    named = describe_all(session, [one for one in (ref, client) if one])
    known = {
        "client_name": named[client].title if client in named else "",
        "record": named[ref].title if ref in named else "",
        "my_name": visitor().name,
        "company": company,
        "today": today(),
    }
    accounts = accounts_offered(session)
    key, composed = _composed(session, known)
    signature = signature_of(session, accounts[0] if accounts else None)
    to = request.args.get("to") or (addresses[0].written if addresses else "")
    text = composed.text + (f"{_MARK}{signature}" if signature else "")
    return Beginning(
        accounts=accounts,
        templates=templates_offered(session, frozenset(GENERAL)),
        addresses=addresses,
        about=named.get(ref) if ref else None,
        client_id=client_id,
        template=key,
        html=_with_signature(composed.html, signature),
        values={"to": to[:500], "subject": composed.subject, "text": text},
    )


def draft_of(form: WriteForm, beginning: Beginning) -> MailDraft:
    """Return the mail that was typed; raises InvalidInput naming the field."""
    moment = form.moment(current_formats().zone)
    about = beginning.about
    is_as_begun = form.text.data == clean_block(beginning.values["text"])
    return MailDraft(
        to=tuple(split_addresses(form.to.data or "")),
        cc=tuple(split_addresses(form.cc.data or "")),
        subject=form.subject.data or "",
        text=form.text.data or "",
        html=beginning.html if is_as_begun else None,
        attachments=_uploads(),
        ref=about.ref if about else None,
        client_id=beginning.client_id,
        send_at=moment,
        account_id=form.account_id.data if form.account_id else None,
    )


def _with_signature(html: str | None, signature: str) -> str | None:
    if not html or not signature:
        return html
    return f"{html}<p>--<br>{escape(signature).replace(chr(10), '<br>')}</p>"


def _asked_record() -> RecordRef | None:
    written = request.args.get("ref")
    if not written:
        return None
    try:
        return RecordRef.parse(written)
    except ValueError:
        raise NotFound from None


def _composed(session: Session, known: Mapping[str, Any]) -> tuple[str, Composed]:
    key = request.args.get("template", "")[:127]
    if not key:
        return "", Composed("", "")
    offered = {one.key for one in templates_offered(session, frozenset(GENERAL))}
    if key not in offered:
        raise NotFound
    return key, fill_words(words_of(session, key), known)


def _uploads() -> tuple[AttachedFile, ...]:
    files = [one for one in request.files.getlist("files") if one.filename]
    if len(files) > 50:
        raise InvalidInput({"files": _("At most %(count)s files go along with an e-mail.", count=50)})
    return tuple(
        AttachedFile(name=one.filename or "", mime=one.mimetype or "", content=one.stream.read()) for one in files
    )
