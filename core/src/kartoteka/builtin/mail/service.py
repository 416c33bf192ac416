"""Handing over mail, stopping it, sending it again, and what other rooms find out about it later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.mail.accounts import account_for, domain_of
from kartoteka.builtin.mail.models import ID_LENGTH, SUBJECT_LENGTH, Mail, MailFile, MailStage
from kartoteka.builtin.mail.planning import announce_end, plan_sending
from kartoteka.builtin.mail.rules import MOST_RECIPIENTS, read_addresses, recipients_line
from kartoteka.builtin.mail.texts import add_signature, compose
from kartoteka.db.blobs import MB, open_blob, put_bytes
from kartoteka.db.clock import utc_now
from kartoteka.db.search import write_search_texts
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.extension.asking import mail_tag
from kartoteka.extension.dispatch import note_sent_mail
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.mail import AttachedFile, MailDraft, SentMail
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

MOST_BYTES = 25 * MB
MOST_FILES = 50
_RESENDABLE = (MailStage.FAILED, MailStage.CANCELLED, MailStage.UNSURE, MailStage.BOUNCED)


def send_mail(session: Session, draft: MailDraft) -> int:
    """Put a mail into the outbox and return its id; it leaves after the transaction has been committed.

    Raises InvalidInput naming the field of the draft that is wrong, NotFound for an account that the actor doesn't see,
    LookupError for a template that no active module declares.
    """
    if draft.dedup and (known := _find_dedup(session, draft.dedup)) is not None:
        return known
    recipients = _recipients(draft)
    account = account_for(session, draft.account_id)
    composed = compose(session, draft)
    if draft.signed:
        composed = add_signature(session, composed, account)
    values = {
        "user_id": actor_of(session).user_id,
        "account_id": draft.account_id,
        "client_id": draft.client_id,
        "about_kind": draft.ref.kind if draft.ref else None,
        "about_id": draft.ref.id if draft.ref else None,
        "template": draft.template,
        "message_id": f"<{secrets.token_hex(16)}@{domain_of(account)}>",
        "dedup": draft.dedup[:200] if draft.dedup else None,
        "recipients": recipients,
        "recipient_line": recipients_line(recipients),
        "subject": _tagged(session, draft, clean_line(composed.subject)),
        "text": composed.text,
        "html": composed.html,
        "headers": _headers(draft),
        "due_at": max(draft.send_at or utc_now(), utc_now()),
    }
    if account is not None and account.user_id is not None:
        values["account_id"] = account.id
    return _store(session, draft, values)


def cancel_mail(session: Session, mail_id: int) -> None:
    """Keep a mail that waits from leaving; raises NotFound, and Refused when it is under way or gone."""
    find(session, Mail, mail_id)
    _move(
        session,
        mail_id,
        (MailStage.WAITING,),
        _("Only an e-mail that waits can be stopped."),
        stage=MailStage.CANCELLED,
    )


def resend_mail(session: Session, mail_id: int) -> None:
    """Let a mail that did not arrive leave once more; raises NotFound, and Refused for one that did or is under way."""
    find(session, Mail, mail_id)
    values = {"stage": MailStage.WAITING, "due_at": utc_now(), "attempts": 0, "error": None, "handing_at": None}
    problem = _("Only an e-mail that did not arrive can be sent again.")
    _move(session, mail_id, _RESENDABLE, problem, **values, token=None)
    plan_sending(session)


def send_now(session: Session, mail_id: int) -> None:
    """Let a mail that waits for its moment, or for its next try, leave at once; raises NotFound and Refused."""
    find(session, Mail, mail_id)
    _move(session, mail_id, (MailStage.WAITING,), _("Only an e-mail that waits can be sent now."), due_at=utc_now())
    plan_sending(session)


def settle_mail(session: Session, mail_id: int) -> None:
    """Note that a mail of which nobody could say whether it was sent has arrived; raises NotFound and Refused."""
    mail = find(session, Mail, mail_id)
    values = {"stage": MailStage.SENT, "sent_at": mail.handing_at or utc_now(), "error": None, "handing_at": None}
    _move(session, mail_id, (MailStage.UNSURE,), _("What happened to this e-mail is known already."), **values)


def mark_bounced(session: Session, message_id: str, reason: Translatable = "") -> int | None:
    """Note that a mail came back, found by its Message-ID; return its id, None when it is none of ours."""
    wanted = message_id.strip()
    wanted = wanted if wanted.startswith("<") else f"<{wanted}>"
    with as_system(session, reason="a mail came back"):
        found = session.scalar(select(Mail.id).where(Mail.message_id == wanted[:ID_LENGTH]))
        if found is not None:
            states = (MailStage.SENT, MailStage.UNSURE, MailStage.BOUNCED)
            statement = update(Mail).where(Mail.id == found, Mail.stage.in_(states))
            if _run(session, statement.values(stage=MailStage.BOUNCED, error=reason or _("The e-mail came back."))):
                announce_end(session, [found])
    return found


def _store(session: Session, draft: MailDraft, values: dict[str, Any]) -> int:
    files = [_kept(session, one) for one in _checked_files(draft.attachments)]
    if sum(one["size"] for one in files) > MOST_BYTES:
        raise InvalidInput({"attachments": _("The files are larger than %(most)s MB together.", most=MOST_BYTES // MB)})
    make = sqlite.insert if session.database.is_sqlite else postgresql.insert
    with as_system(session, reason="put a mail into the outbox"):
        statement = make(Mail).values(values).on_conflict_do_nothing(index_elements=["dedup"]).returning(Mail.id)
        mail_id: int | None = session.scalar(statement)
        if mail_id is None:
            return _find_dedup(session, values["dedup"]) or 0
        _let_be_found(session, mail_id, values)
        session.add_all(MailFile(mail_id=mail_id, client_id=draft.client_id, **one) for one in files)
        session.flush()
    note_sent_mail(session, _as_sent(mail_id, draft, values))
    due_at: datetime = values["due_at"]
    plan_sending(session, due_at if due_at > utc_now() else None)
    return mail_id


def _tagged(session: Session, draft: MailDraft, subject: str) -> str:
    """Return the subject with the tag by which an answer finds its record; it is not cut off with a long subject."""
    tag = clean_line(mail_tag(session, draft.ref))[:60] if draft.ref is not None else ""
    if not tag or f"[{tag}]" in subject:
        return subject[:SUBJECT_LENGTH]
    return f"{subject[: SUBJECT_LENGTH - len(tag) - 3]} [{tag}]".strip()


def _as_sent(mail_id: int, draft: MailDraft, values: Mapping[str, Any]) -> SentMail:
    return SentMail(
        id=mail_id,
        message_id=values["message_id"].strip("<>"),
        subject=values["subject"],
        addresses=tuple(one["address"] for one in values["recipients"]),
        ref=draft.ref,
        client_id=draft.client_id,
        user_id=values["user_id"],
        automatic="Auto-Submitted" in values["headers"] or values["user_id"] is None,
        references=tuple(one.strip("<>") for one in (*draft.references, draft.in_reply_to) if one),
    )


def _let_be_found(session: Session, mail_id: int, values: Mapping[str, Any]) -> None:
    rule = session.database.search.of_table(Mail.__tablename__)
    if rule is not None:
        write_search_texts(session, rule, [(mail_id, {**values, "id": mail_id})], are_new=True)


def _recipients(draft: MailDraft) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for role in ("to", "cc", "bcc"):
        for name, address in read_addresses(getattr(draft, role), role):
            found.setdefault(address, {"role": role, "name": name, "address": address})
    if not found:
        raise InvalidInput({"to": _("Say who the e-mail is for.")})
    if len(found) > MOST_RECIPIENTS:
        raise InvalidInput({"to": _("An e-mail goes to at most %(count)s addresses.", count=MOST_RECIPIENTS)})
    return list(found.values())


def _headers(draft: MailDraft) -> dict[str, str]:
    named = {"Reply-To": draft.reply_to, "In-Reply-To": draft.in_reply_to, "References": " ".join(draft.references)}
    all_headers: Mapping[str, str | None] = {**draft.headers, **named}
    return {clean_line(name): clean_line(value)[:2000] for name, value in all_headers.items() if value}


def _checked_files(files: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
    if len(files) > MOST_FILES:
        raise InvalidInput({"attachments": _("At most %(count)s files go along with an e-mail.", count=MOST_FILES)})
    return files


def _kept(session: Session, file: AttachedFile) -> dict[str, Any]:
    store = session.database.blobs
    if file.content is not None:
        blob = put_bytes(store, file.content, limit=MOST_BYTES)
        digest, size = blob.digest, blob.size
    elif file.digest is not None:
        with open_blob(store, file.digest) as stream:
            digest, size = file.digest, stream.seek(0, 2)
    else:
        raise InvalidInput({"attachments": _("An attached file is empty.")})
    name = clean_line(file.name).replace("/", "_").replace("\\", "_")[:200] or "file"
    return {"name": name, "mime": _mime(file.mime), "blob": digest, "size": size, "content_id": file.content_id}


def _mime(mime: str) -> str:
    plain = clean_line(mime).lower()[:100]
    return plain if plain.count("/") == 1 and plain.isascii() and " " not in plain else "application/octet-stream"


def _find_dedup(session: Session, dedup: str) -> int | None:
    with as_system(session, reason="find a mail handed over twice"):
        found: int | None = session.scalar(select(Mail.id).where(Mail.dedup == dedup[:200]))
    return found


def _move(session: Session, mail_id: int, states: tuple[str, ...], problem: Any, **values: Any) -> None:
    with as_system(session, reason="move a mail"):
        statement = update(Mail).where(Mail.id == mail_id, Mail.stage.in_(states)).values(**values)
        if not _run(session, statement):
            raise Refused(problem)


def _run(session: Session, statement: Any) -> bool:
    return bool(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)
