"""Reads about mail: what is in the outbox, who can be written to, and from which address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Row

from kartoteka.builtin.mail.accounts import company_account
from kartoteka.builtin.mail.models import UNDELIVERED, Mail, MailAccount, MailFile, MailSignature, MailStage, MailText
from kartoteka.builtin.mail.texts import GENERAL, OWN_PREFIX
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.extension.asking import choose_recipients
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.dispatch import document_types, visible
from kartoteka.extension.seeing import client_of
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef

_MOST_ADDRESSES = 50
_LATELY = timedelta(days=3)
_MOST_BOUNCED = 5000
_MOST_IN_THREAD = 200


def bounced_addresses(session: Session, client_id: int | None = None) -> dict[int, set[str]]:
    """Return the addresses that mails to clients came back from, by client: of the last mails that did, or of one's.

    What the mails were about stays unread; who may see which client is asked where the clients are read.
    """
    came_back = (Mail.stage == MailStage.BOUNCED, Mail.client_id.is_not(None))
    statement = select(Mail.client_id, Mail.recipients).where(*came_back).order_by(Mail.id.desc()).limit(_MOST_BOUNCED)
    if client_id is not None:
        statement = statement.where(Mail.client_id == client_id)
    found: dict[int, set[str]] = {}
    with as_system(session, reason="addresses that mail came back from"):
        for row in session.execute(statement):
            addresses = {str(one.get("address", "")).strip().lower() for one in row.recipients}
            found.setdefault(row.client_id, set()).update(addresses)
    return found


@dataclass(frozen=True)
class KnownAddress:
    """An address in a client's records: whose it is and in which field it stands."""

    address: str
    name: str
    title: Translatable
    ref: RecordRef

    @property
    def written(self) -> str:
        """The address as one types it, with the name."""
        name = self.name.replace('"', "")
        quoted = f'"{name}"' if set(name) & set("<>()[]:;@,\\.") else name
        return f"{quoted} <{self.address}>" if name else self.address


@dataclass(frozen=True)
class OfferedText:
    """A template that somebody may begin a mail with."""

    key: str
    title: Translatable


def files_of(session: Session, mail_id: int) -> list[MailFile]:
    """Return the files of a mail that the actor sees; raises NotFound."""
    find(session, Mail, mail_id)
    with as_system(session, reason="files of a mail"):
        return list(session.scalars(select(MailFile).where(MailFile.mail_id == mail_id).order_by(MailFile.id)))


def find_file(session: Session, mail_id: int, file_id: int) -> MailFile | None:
    """Return one file of a mail that the actor sees, None when there is none of this id; raises NotFound."""
    return next((one for one in files_of(session, mail_id) if one.id == file_id and one.blob), None)


def accounts_offered(session: Session) -> list[MailAccount]:
    """Return the accounts that the actor can send from, his own first."""
    own_first = MailAccount.user_id.is_(None), MailAccount.is_default.desc(), MailAccount.title, MailAccount.id
    return list(session.scalars(select(MailAccount).where(MailAccount.active).order_by(*own_first)))


def company_accounts(session: Session) -> list[MailAccount]:
    """Return the company's accounts, those that are switched off too."""
    statement = select(MailAccount).where(MailAccount.user_id.is_(None))
    return list(session.scalars(statement.order_by(MailAccount.active.desc(), MailAccount.title, MailAccount.id)))


def company_address(session: Session) -> str:
    """Return the address that the company's mail leaves from, empty when no account is set up."""
    account = company_account(session)
    return account.address if account else ""


def own_account(session: Session) -> MailAccount | None:
    """Return the actor's own account, None when he has none."""
    own = select(MailAccount).where(MailAccount.user_id == actor_of(session).user_id)
    return session.scalars(own.order_by(MailAccount.id).limit(1)).first()


def own_signature(session: Session) -> str:
    """Return what the actor writes below his mails."""
    wanted = select(MailSignature.text).where(MailSignature.user_id == actor_of(session).user_id)
    return session.scalar(wanted) or ""


def sent_mails(session: Session, message_ids: Sequence[str]) -> list[Row[Any]]:
    """Return those mails with these Message-IDs (without angle brackets) that the actor sees, the oldest first.

    Columns: id, message_id, client_id, subject, recipient_line, created_at.
    """
    columns = (Mail.id, Mail.message_id, Mail.client_id, Mail.subject, Mail.recipient_line, Mail.created_at)
    wanted = [f"<{one}>" for one in message_ids]
    return list(session.execute(select(*columns).where(Mail.message_id.in_(wanted)).order_by(Mail.id)))


def sent_mails_about(session: Session, message_ids: Sequence[str]) -> list[Mail]:
    """Return those mails with these Message-IDs (without angle brackets) that the actor sees, the newest first."""
    wanted = [f"<{one}>" for one in message_ids]
    return list(session.scalars(select(Mail).where(Mail.message_id.in_(wanted)).order_by(Mail.id.desc())))


def sent_texts(session: Session, message_ids: Sequence[str], mail_ids: Sequence[int] = ()) -> list[Mail]:
    """Return the mails with these Message-IDs (without angle brackets), and with these ids, that the actor sees."""
    known = or_(Mail.message_id.in_([f"<{one}>" for one in message_ids]), Mail.id.in_(mail_ids))
    return list(session.scalars(select(Mail).where(known).order_by(Mail.id).limit(_MOST_IN_THREAD)))


@dataclass(frozen=True)
class UndeliveredMail:
    """A mail that somebody sent and that did not arrive; ``due_at`` tells one try from another."""

    id: int
    user_id: int
    stage: str
    due_at: datetime


def undelivered_mails(session: Session, mail_ids: Sequence[int] | None = None) -> list[UndeliveredMail]:
    """Return those of these mails, or of the last three days', that people sent and that did not arrive."""
    chosen = select(Mail.id, Mail.user_id, Mail.stage, Mail.due_at, Mail.headers).where(
        Mail.stage.in_(UNDELIVERED), Mail.user_id.is_not(None)
    )
    if mail_ids is None:
        chosen = chosen.where(Mail.due_at > utc_now() - _LATELY)
    else:
        chosen = chosen.where(Mail.id.in_(mail_ids))
    rows = session.execute(chosen.order_by(Mail.id)).all()
    return [
        UndeliveredMail(row.id, row.user_id, row.stage, row.due_at)
        for row in rows
        if "Auto-Submitted" not in row.headers
    ]


def waiting_counts(session: Session) -> dict[str, int]:
    """Return how many mails that the actor sees are at each stage."""
    rows = session.execute(select(Mail.stage, func.count(Mail.id)).group_by(Mail.stage))
    return {row[0]: row[1] for row in rows}


def texts_by_template(session: Session) -> dict[str, dict[str, Row[Any]]]:
    """Return what the company has written, by template and language."""
    found: dict[str, dict[str, Row[Any]]] = {}
    rows = session.execute(select(MailText.template, MailText.language, MailText.title, MailText.id))
    for row in rows:
        found.setdefault(row.template, {})[row.language] = row
    return found


def templates_offered(session: Session, known: frozenset[str]) -> list[OfferedText]:
    """Return the templates that a mail written by hand may begin with: those that need no other values than known."""
    declared = visible(session, extension_of(session).registry.mail_templates)
    offered = [OfferedText(one.key, one.title) for one in declared if set(one.placeholders) <= known]
    own = select(MailText.template, func.min(MailText.title)).where(MailText.template.startswith(OWN_PREFIX))
    rows = session.execute(own.group_by(MailText.template).order_by(func.min(MailText.title)))
    return [*(OfferedText(row[0], row[1]) for row in rows), *offered]


def document_topics(session: Session) -> list[tuple[str, Translatable]]:
    """Return what documents and mails can be about, by key and title: for choosing to whom each kind goes (CL-54)."""
    topics: list[tuple[str, Translatable]] = [(one.key, one.title) for one in document_types(session)]
    return [*topics, *((one.key, one.title) for one in templates_offered(session, frozenset(GENERAL)))]


def declared_templates(session: Session) -> Sequence[MailTemplate]:
    """Return the templates of active modules."""
    return visible(session, extension_of(session).registry.mail_templates)


def addresses_of(session: Session, ref: RecordRef, topics: Sequence[str] = ()) -> tuple[int | None, list[KnownAddress]]:
    """Return the client that a record belongs to, and the e-mail addresses of that client that the actor may read.

    They come from every field of an active module's records that holds an address: those of the record itself come
    first, then those that modules choose for what the mail is about, then the client's own (CORE-23, CL-54).
    ``topics`` are keys of what it is about beside the record's kind, such as that of a document type or a template.
    Raises NotFound for a record that the actor doesn't see.
    """
    client_id = client_of(session, ref)
    if client_id is None:
        return None, []
    rank = _ranking(session, client_id, ref, topics)
    found: dict[str, KnownAddress] = {}
    kinds = visible(session, extension_of(session).registry.record_kinds)
    for kind in sorted(kinds, key=lambda one: (one.client_column != "id", one.kind)):
        for field in kind.fields:
            if _is_address(session, kind, field):
                for one in _read_addresses(session, kind, field, client_id):
                    known = found.setdefault(one.address.lower(), one)
                    found[one.address.lower()] = min(known, one, key=rank)
    return client_id, sorted(found.values(), key=rank)


def _ranking(session: Session, client_id: int, ref: RecordRef, topics: Sequence[str]) -> Callable[[KnownAddress], int]:
    """Return what addresses are ordered by: who the mail is about, whom modules choose, and all others.

    A mail about the client itself goes to whom modules choose before it goes to the client's own address.
    """
    chosen = choose_recipients(session, client_id, [*(one for one in topics if one), ref.kind])
    kind = extension_of(session).registry.find_kind(ref.kind)
    is_client = kind is not None and kind.client_column == "id"
    order = {one: number for number, one in enumerate([*chosen, ref] if is_client else [ref, *chosen])}
    return lambda address: order.get(address.ref, len(order))


def _is_address(session: Session, kind: RecordKind, field: Field) -> bool:
    if kind.client_column is None or field.type is not FieldType.EMAIL or not hasattr(kind.model, field.attribute):
        return False
    return field.read_permission is None or actor_of(session).can(field.read_permission)


def _read_addresses(session: Session, kind: RecordKind, field: Field, client_id: int) -> list[KnownAddress]:
    column, owner = getattr(kind.model, field.attribute), getattr(kind.model, kind.client_column or "id")
    statement = select(kind.model.id, column.label("address")).where(owner == client_id, column.is_not(None))
    if hasattr(kind.model, "state"):
        statement = statement.where(kind.model.state == "active")
    rows = session.execute(statement.order_by(kind.model.id).limit(_MOST_ADDRESSES)).all()
    if not rows:
        return []
    named = kind.summarise(session, [row.id for row in rows])
    return [
        KnownAddress(
            row.address, named[row.id].title if row.id in named else "", kind.title, RecordRef(kind.kind, row.id)
        )
        for row in rows
        if "@" in (row.address or "")
    ]
