"""Mailboxes that are fetched: setting them up, and what signing in takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.inbox.connecting import Server
from kartoteka.builtin.inbox.models import MANAGE, InboxAccount, InboxMail
from kartoteka.builtin.inbox.places import free_places
from kartoteka.db.audit import audit
from kartoteka.db.sealing import seal, unseal
from kartoteka.db.session import Session, demand, find
from kartoteka.vocabulary.errors import Conflict, InvalidInput
from kartoteka.vocabulary.identifiers.hosts import normal_host
from kartoteka.vocabulary.mail import may_have_password
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

SECURITIES = ("tls", "starttls", "none")
_LINES = {"title": 200, "host": 255, "username": 320, "folder": 200}
_NEW_PLACE = ("host", "port", "username", "folder")


def server_of(session: Session, account: InboxAccount) -> Server:
    """Return what signing in to a mailbox takes; raises SealBroken when the installation's secret was changed."""
    password = unseal(session.database.secret, account.password) if account.password else ""
    return Server(account.host, account.port, account.security, account.username, password, account.folder)


def mailboxes(session: Session) -> list[InboxAccount]:
    """Return the mailboxes that the actor sees."""
    return list(session.scalars(select(InboxAccount).order_by(InboxAccount.active.desc(), InboxAccount.title)))


def save_mailbox(
    session: Session, account_id: int | None, values: Mapping[str, Any], version: int | None = None
) -> InboxAccount:
    """Add a mailbox, or change the one with this id.

    ``values`` are columns of InboxAccount by name; an empty password leaves the one that is kept, unless the mailbox
    moves to another server or port, or gives its encryption up: a password goes only where it was given for. Raises
    Forbidden, NotFound, Conflict, and InvalidInput naming each field that is wrong.
    """
    demand(session, MANAGE)
    account = InboxAccount(last_uid=0) if account_id is None else find(session, InboxAccount, account_id)
    if version is not None and account_id is not None and account.version != version:
        raise Conflict
    before, known = [getattr(account, name) for name in _NEW_PLACE], _server_line(account)
    _take(account, values)
    is_new = account_id is None or not may_have_password(_server_line(account), known)
    if errors := _problems(account, values, is_new=is_new):
        raise InvalidInput(errors)
    if values.get("password"):
        account.password = seal(session.database.secret, str(values["password"]))
    if before != [getattr(account, name) for name in _NEW_PLACE]:
        account.uid_validity, account.last_uid = None, 0
        if account_id is not None:
            free_places(session, InboxMail.account_id == account_id)
    account.failures, account.error, account.next_try_at = 0, None, None
    session.add(account)
    session.flush()
    audit(session, "inbox.mailbox_saved", facts={"mailbox": account.id, "fields": sorted(values)})
    return account


def _server_line(account: InboxAccount) -> tuple[str, int, str]:
    return account.host, account.port, account.security


def _take(account: InboxAccount, values: Mapping[str, Any]) -> None:
    for name, longest in _LINES.items():
        if name in values:
            setattr(account, name, clean_line(values[name] or "")[:longest])
    for name in ("port", "security", "owner_id", "active"):
        if name in values:
            setattr(account, name, values[name])
    account.host = normal_host(account.host or "") or account.host or ""
    account.folder = account.folder or "INBOX"
    account.username = account.username or ""
    account.title = account.title or account.username or account.host
    account.port = account.port or 993
    account.security = account.security or "tls"


def _problems(account: InboxAccount, values: Mapping[str, Any], *, is_new: bool) -> dict[str, Message]:
    found: dict[str, Message] = {}
    if not account.host or any(sign.isspace() for sign in account.host):
        found["host"] = _("Give the name of the mail server, such as imap.company.com.")
    if not 0 < account.port < 65536:
        found["port"] = _("The port must be a number from 1 to 65535.")
    if account.security not in SECURITIES:
        found["security"] = _("Choose one of the values offered.")
    if not account.username:
        found["username"] = _("Give the name that the mailbox is opened with.")
    if is_new and not values.get("password"):
        found["password"] = _("Give the password of the mailbox.")
    if any(sign in account.folder for sign in '"\\\r\n'):
        found["folder"] = _("A folder name can't contain quotation marks or backslashes.")
    return found
