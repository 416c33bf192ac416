"""Keys that an account signs its mail with (RFC 6376), and what its domain's DNS must say about them."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from kartoteka.builtin.mail.models import MANAGE, MailAccount
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.sealing import seal
from kartoteka.db.session import Session, demand, find

_BITS = 2048


@dataclass(frozen=True)
class DnsRecord:
    """The TXT record that receivers look up."""

    name: str
    value: str


def make_key(session: Session, account_id: int) -> DnsRecord:
    """Give a company's account a new key and return the record to publish; raises Forbidden and NotFound."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    account = _managed(session, account_id)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    account.dkim_key = seal(session.database.secret, private.decode())
    account.dkim_public = base64.b64encode(public).decode()
    account.dkim_domain = account.address.rpartition("@")[2]
    # A new name for each key: receivers keep the old one for a while.
    account.dkim_selector = f"kartoteka{utc_now():%Y%m%d%H%M}"
    session.flush()
    audit(session, "mail.key_made", facts={"account": account.id})
    return record_of(account)


def drop_key(session: Session, account_id: int) -> None:
    """Stop signing with an account's key; raises Forbidden and NotFound."""
    account = _managed(session, account_id)
    account.dkim_key, account.dkim_public, account.dkim_domain, account.dkim_selector = None, "", "", ""
    session.flush()
    audit(session, "mail.key_dropped", facts={"account": account.id})


def record_of(account: MailAccount) -> DnsRecord:
    """Return what the domain's DNS must hold."""
    name = f"{account.dkim_selector}._domainkey.{account.dkim_domain}"
    return DnsRecord(name, f"v=DKIM1; k=rsa; p={account.dkim_public}")


def _managed(session: Session, account_id: int) -> MailAccount:
    demand(session, MANAGE)
    return find(session, MailAccount, account_id)
