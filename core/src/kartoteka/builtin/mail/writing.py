"""What the company writes: its own templates, its words for those of modules, and signatures."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.mail.accounts import SIGNATURE_LENGTH
from kartoteka.builtin.mail.models import MANAGE, SUBJECT_LENGTH, MailSignature, MailText
from kartoteka.builtin.mail.rules import placeholders_in
from kartoteka.builtin.mail.texts import GENERAL, OWN_PREFIX, find_template, is_own
from kartoteka.db.audit import audit
from kartoteka.db.session import Session, actor_of, demand
from kartoteka.vocabulary.errors import Conflict, InvalidInput, NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block, clean_line

BODY_LENGTH = 50_000


def save_text(
    session: Session, key: str, language: str, values: Mapping[str, Any], version: int | None = None
) -> MailText:
    """Write what a template says in a language: ``subject``, ``body``, ``is_html``, and ``title`` of an own one.

    ``key`` is that of a module's template, of an own one, or empty for a new one. Raises Forbidden, LookupError,
    NotFound, Conflict, and InvalidInput naming the field that is wrong.
    """
    demand(session, MANAGE)
    names = _placeholders(session, key)
    cleaned = _cleaned(values, names, needs_title=not key or is_own(key))
    kept = find_text(session, key, language) if key else None
    if kept is not None and version is not None and kept.version != version:
        raise Conflict
    made = kept or MailText(template=key or f"{OWN_PREFIX}{secrets.token_hex(6)}", language=language)
    for name, value in cleaned.items():
        setattr(made, name, value)
    session.add(made)
    session.flush()
    audit(session, "mail.text_saved", facts={"template": made.template, "language": language})
    return made


def drop_text(session: Session, key: str, language: str) -> None:
    """Go back to the module's own words in a language, or remove an own template; raises Forbidden and NotFound."""
    demand(session, MANAGE)
    kept = find_text(session, key, language)
    if kept is None:
        raise NotFound
    session.delete(kept)
    session.flush()
    audit(session, "mail.text_dropped", facts={"template": key, "language": language})


def find_text(session: Session, key: str, language: str) -> MailText | None:
    """Return what the company has written for a template in a language."""
    return session.scalar(select(MailText).where(MailText.template == key, MailText.language == language))


def save_signature(session: Session, text: str) -> None:
    """Keep what the actor writes below his mails; an empty text forgets it."""
    user_id = actor_of(session).user_id
    if user_id is None:
        raise NotFound
    kept = session.scalar(select(MailSignature).where(MailSignature.user_id == user_id))
    cleaned = clean_block(text)[:SIGNATURE_LENGTH]
    if not cleaned:
        if kept is not None:
            session.delete(kept)
        return
    signature = kept or MailSignature(user_id=user_id)
    signature.text = cleaned
    session.add(signature)


def _placeholders(session: Session, key: str) -> set[str]:
    return set(GENERAL) if not key or is_own(key) else set(find_template(session, key).placeholders)


def _cleaned(values: Mapping[str, Any], names: set[str], *, needs_title: bool) -> dict[str, Any]:
    cleaned = {
        "subject": clean_line(values.get("subject") or ""),
        "body": clean_block(values.get("body") or ""),
        "is_html": bool(values.get("is_html")),
        "title": clean_line(values.get("title") or "")[:200] if needs_title else "",
    }
    errors: dict[str, Message] = {}
    if needs_title and not cleaned["title"]:
        errors["title"] = _("Enter a name for the template.")
    if not cleaned["body"]:
        errors["body"] = _("Write what the e-mail says.")
    for field, most in (("subject", SUBJECT_LENGTH), ("body", BODY_LENGTH)):
        if len(cleaned[field]) > most:
            errors[field] = _("Use at most %(count)s characters.", count=most)
        elif unknown := sorted(placeholders_in(cleaned[field]) - names):
            wrong = ", ".join(f"{{{name}}}" for name in unknown[:5])
            errors[field] = _("There is no such placeholder: %(names)s", names=wrong)
    if errors:
        raise InvalidInput(errors)
    return cleaned
