"""Which account a mail leaves by, and the server behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from kartoteka.builtin.mail.models import MANAGE, OWN_ACCOUNT, MailAccount
from kartoteka.builtin.mail.planning import plan_sending
from kartoteka.builtin.mail.rules import read_address, wire_address
from kartoteka.db.audit import audit
from kartoteka.db.sealing import seal, unseal
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.vocabulary.errors import Conflict, Forbidden, InvalidInput
from kartoteka.vocabulary.identifiers.hosts import normal_host
from kartoteka.vocabulary.mail import may_have_password
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block, clean_line

SECURITIES = ("starttls", "tls", "none")
SIGNATURE_LENGTH = 2000
_NOWHERE = "mail.kartoteka.invalid"
_AGAIN = _("Enter the password again.")
_LINES = ("title", "sender_name", "username", "host")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Everything that sending through an account takes, read from the database and unsealed."""

    account_id: int
    address: str
    name: str
    host: str
    port: int
    security: str
    username: str = ""
    password: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str = ""

    def __repr__(self) -> str:
        return f"Sender({self.account_id})"

    @property
    def wire_address(self) -> str:
        """The address as servers know it."""
        return wire_address(self.address)


def account_for(session: Session, account_id: int | None) -> MailAccount | None:
    """Return the account with this id, else the actor's own, else the company's; None when there is none yet.

    Raises NotFound for one that the actor doesn't see, InvalidInput for one that is switched off.
    """
    if account_id is not None:
        account = find(session, MailAccount, account_id)
        if not account.active:
            raise InvalidInput({"account_id": _("This e-mail account is switched off.")})
        return account
    user_id = actor_of(session).user_id
    if user_id is not None:
        own = select(MailAccount).where(MailAccount.user_id == user_id, MailAccount.active)
        if found := session.scalars(own.order_by(MailAccount.is_default.desc(), MailAccount.id).limit(1)).first():
            return found
    return company_account(session)


def company_account(session: Session) -> MailAccount | None:
    """Return the account that the company's mail leaves by, None when there is none yet."""
    with as_system(session, reason="find the company's mail account"):
        company = select(MailAccount).where(MailAccount.user_id.is_(None), MailAccount.active)
        return session.scalars(company.order_by(MailAccount.is_default.desc(), MailAccount.id).limit(1)).first()


def domain_of(account: MailAccount | None) -> str:
    """Return the domain that Message-IDs of an account end with."""
    return account.address.rpartition("@")[2] if account is not None else _NOWHERE


def sender_of(session: Session, account: MailAccount) -> Sender:
    """Return what sending through an account takes; raises SealBroken when the secret was changed."""
    secret = session.database.secret
    server = account
    if account.server_id is not None:
        with as_system(session, reason="find the server of a mail account"):
            server = find(session, MailAccount, account.server_id)
    signing = account if account.dkim_key else server
    is_ours = account.address.rpartition("@")[2] == signing.dkim_domain
    return Sender(
        account_id=account.id,
        address=account.address,
        name=account.sender_name,
        host=server.host,
        port=server.port,
        security=server.security,
        username=account.username,
        password=unseal(secret, account.password) if account.password else "",
        dkim_domain=signing.dkim_domain if is_ours else "",
        dkim_selector=signing.dkim_selector,
        dkim_key=unseal(secret, signing.dkim_key) if signing.dkim_key and is_ours else "",
    )


def save_account(
    session: Session, account_id: int | None, values: Mapping[str, Any], version: int | None = None
) -> MailAccount:
    """Add an account, or change the one with this id.

    ``values`` are columns of MailAccount by name; an empty password leaves the one that is kept, unless the server is
    another one, or gives its encryption up: a password goes only where it was given for. With ``user_id`` the
    account belongs to that user and ``server_id`` names the company's account whose server it uses. Raises Forbidden,
    NotFound, Conflict, and InvalidInput naming each field that is wrong.
    """
    account = MailAccount() if account_id is None else find(session, MailAccount, account_id)
    if version is not None and account_id is not None and account.version != version:
        raise Conflict
    if account_id is None:
        account.user_id = values.get("user_id")
    _demand_right(session, account)
    known = _server_line(session, account)
    _take(session, account, values)
    _guard_passwords(session, account, known, is_given=bool(values.get("password")))
    if account.is_default:
        _be_the_only_default(session, account)
    account.failures, account.error, account.next_try_at = 0, None, None
    session.add(account)
    session.flush()
    plan_sending(session)
    audit(session, "mail.account_saved", facts={"account": account.id, "fields": sorted(values)})
    return account


def _demand_right(session: Session, account: MailAccount) -> None:
    actor = actor_of(session)
    if actor.is_system:
        return
    right = MANAGE if account.user_id is None else OWN_ACCOUNT
    if not actor.can(right) or account.user_id not in (None, actor.user_id):
        raise Forbidden(permission=right)


def _server_line(session: Session, account: MailAccount) -> tuple[str, int, str]:
    """Return host, port and encryption of the server that takes an account's mail."""
    server: MailAccount | None = account
    if account.server_id is not None:
        with as_system(session, reason="find the server of a mail account"):
            server = session.scalar(select(MailAccount).where(MailAccount.id == account.server_id))
    return ("", 0, "none") if server is None else (server.host or "", server.port or 587, server.security or "starttls")


def _guard_passwords(session: Session, account: MailAccount, known: tuple[str, int, str], *, is_given: bool) -> None:
    """Demand the password anew where the kept one must not go, and forget those of users who send by this account."""
    if account.id is None or may_have_password(_server_line(session, account), known):
        return
    if not account.username and not is_given:
        account.password = None
    if account.password and not is_given:
        raise InvalidInput({"password": _AGAIN})
    with as_system(session, reason="passwords go only to the server they were given for"):
        dependent = update(MailAccount).where(MailAccount.server_id == account.id, MailAccount.password.is_not(None))
        session.execute(dependent.values(password=None, error=_AGAIN), execution_options={"synchronize_session": False})


def _take(session: Session, account: MailAccount, values: Mapping[str, Any]) -> None:
    for name in _LINES:
        if name in values:
            setattr(account, name, clean_line(values[name])[:200])
    for name in ("port", "security", "server_id", "is_default", "active"):
        if name in values:
            setattr(account, name, values[name])
    account.is_default = bool(account.is_default)
    account.sender_name = account.sender_name or ""
    account.signature = clean_block(values.get("signature", account.signature))[:SIGNATURE_LENGTH]
    if values.get("password"):
        account.password = seal(session.database.secret, str(values["password"]))
    if "address" in values:
        account.address = read_address(values["address"], "address")[1]
    account.title = account.title or account.address
    if errors := _problems(session, account):
        raise InvalidInput(errors)


def _problems(session: Session, account: MailAccount) -> dict[str, Message]:
    if account.user_id is not None:
        servers = select(MailAccount.id).where(
            MailAccount.id == (account.server_id or 0), MailAccount.user_id.is_(None), MailAccount.active
        )
        known = session.scalar(servers) is not None
        return {} if known else {"server_id": _("Choose one of the company's mail servers.")}
    found: dict[str, Message] = {}
    account.host = normal_host(account.host or "") or account.host or ""
    if not account.host or any(sign.isspace() for sign in account.host):
        found["host"] = _("Give the name of the mail server, such as smtp.company.com.")
    if not 0 < (account.port or 587) < 65536:
        found["port"] = _("The port must be a number from 1 to 65535.")
    if (account.security or "starttls") not in SECURITIES:
        found["security"] = _("Choose one of the values offered.")
    return found


def _be_the_only_default(session: Session, account: MailAccount) -> None:
    with as_system(session, reason="one default mail account"):
        others = update(MailAccount).where(
            MailAccount.user_id.is_(None) if account.user_id is None else MailAccount.user_id == account.user_id,
            MailAccount.id != (account.id or 0),
        )
        session.execute(others.values(is_default=False), execution_options={"synchronize_session": False})
