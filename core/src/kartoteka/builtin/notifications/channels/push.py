"""Notifications as push messages to browsers, which arrive with the page closed too (RFC 8030, 8291, 8292)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.notifications.channels.models import PushSubscription
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.settings.service import keep_once
from kartoteka.builtin.users.service import enders
from kartoteka.db.clock import utc_now
from kartoteka.db.sealing import seal, unseal
from kartoteka.db.session import Session, actor_of, as_system, reading, transaction
from kartoteka.extension.declarations.channels import Channel, Telling
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import text as _

HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"})
ENDINGS = (".notify.windows.com", ".push.apple.com", ".push.services.mozilla.com")
"""Where the browsers of the world take push messages: an address typed by hand must not reach our own network."""

MOST_BROWSERS = 20
LONGEST_TEXT = 600
LIFETIME = 24 * 3600
SECONDS = 10.0
_KEY = "push_key"
_P256DH = re.compile(r"[A-Za-z0-9_-]{86,88}={0,2}")
_AUTH = re.compile(r"[A-Za-z0-9_-]{22,24}={0,2}")


class PushFailed(RuntimeError):
    """A push service did not take a message."""


def public_key(session: Session) -> str:
    """Return the key that browsers subscribe with, made the first time; the private half is sealed."""
    from cryptography.hazmat.primitives import serialization  # much memory, for what few processes are asked
    from cryptography.hazmat.primitives.asymmetric import ec

    kept = _kept_key(session)
    if kept is None:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        sealed = seal(session.database.secret, _encoded(number.to_bytes(32, "big")))
        kept = unseal(session.database.secret, keep_once(session, _KEY, sealed))
    point = (
        ec.derive_private_key(int.from_bytes(_decoded(kept), "big"), ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return _encoded(point)


def subscribe(session: Session, sent: Any, agent: str) -> None:
    """Let the actor's browser take push messages; ``sent`` is what its push manager answered.

    Raises Refused for what no browser answers, or for a push service that nobody knows.
    """
    user_id = actor_of(session).user_id
    if user_id is None:
        raise NotFound
    keys = sent.get("keys") if isinstance(sent, Mapping) else None
    endpoint = sent.get("endpoint") if isinstance(sent, Mapping) else None
    if not isinstance(keys, Mapping) or not is_push_service(session.database.push_hosts, endpoint):
        raise Refused(_("This browser's push service is not known. Try another browser."))
    p256dh, auth = str(keys.get("p256dh", "")), str(keys.get("auth", ""))
    if not _P256DH.fullmatch(p256dh) or not _AUTH.fullmatch(auth):
        raise Refused(_("This browser cannot take push messages."))
    mine = PushSubscription.user_id == user_id
    with as_system(session, reason="own browsers"):
        if (session.scalar(select(func.count(PushSubscription.id)).where(mine)) or 0) >= MOST_BROWSERS:
            raise Refused(_("Push messages go to too many browsers already. Remove one first."))
    values = {"user_id": user_id, "p256dh": p256dh, "auth": auth, "agent": agent[:200], "created_at": utc_now()}
    insert = sqlite.insert if session.database.is_sqlite else postgresql.insert
    made = insert(PushSubscription.__table__).values(endpoint=endpoint, endpoint_hash=_digest(str(endpoint)), **values)
    with as_system(session, reason="own browser"):
        session.execute(made.on_conflict_do_update(index_elements=["endpoint_hash"], set_=values))


def unsubscribe(session: Session, subscription_id: int) -> None:
    """Let one of the actor's browsers take no more push messages; raises NotFound for any other."""
    own = delete(PushSubscription).where(
        PushSubscription.id == subscription_id, PushSubscription.user_id == actor_of(session).user_id
    )
    with as_system(session, reason="own browser"):
        if not session.execute(own).rowcount:  # type: ignore[attr-defined]
            raise NotFound


def unsubscribe_all(session: Session, user_id: int) -> None:
    """Let no browser take push messages for a user any more."""
    with as_system(session, reason="end what lets programs in as a user"):
        session.execute(delete(PushSubscription).where(PushSubscription.user_id == user_id))


def browsers_of(session: Session) -> list[PushSubscription]:
    """Return the actor's browsers that take push messages, the newest first."""
    mine = select(PushSubscription).where(PushSubscription.user_id == actor_of(session).user_id)
    with as_system(session, reason="own browsers"):
        return list(session.scalars(mine.order_by(PushSubscription.id.desc())))


def have_browsers(session: Session, user_ids: list[int]) -> set[int]:
    """Return those of these users of whom a browser takes push messages."""
    if not can_push():
        return set()
    with as_system(session, reason="browsers for notifications"):
        found = select(PushSubscription.user_id).where(PushSubscription.user_id.in_(user_ids))
        return set(session.scalars(found.distinct()))


def can_push() -> bool:
    """Tell whether the library for push messages is installed; it is an extra."""
    return find_spec("pywebpush") is not None


def is_push_service(more: Iterable[str], endpoint: Any) -> bool:
    """Tell whether an address is one of a known push service; ``more`` are hosts that the settings allow."""
    if not isinstance(endpoint, str) or len(endpoint) > 2000:
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if host in more or f"{host}:{port}" in more:
        return parts.scheme in ("http", "https") and not parts.username
    known = host in HOSTS or host.endswith(ENDINGS)
    return known and parts.scheme == "https" and port in (None, 443) and not parts.username


def send_push(telling: Telling) -> None:
    """Send a notification to all browsers of its user; raises PushFailed when none took it.

    What a push service no longer knows is forgotten.
    """
    with reading() as session:
        with as_system(session, reason="browsers for notifications"):
            mine = select(PushSubscription).where(PushSubscription.user_id == telling.user_id)
            browsers = list(session.scalars(mine))
        more, key, contact = session.database.push_hosts, _kept_key(session), session.database.address
    if key is None:
        return
    body = {"title": telling.about or telling.title, "body": telling.text[:LONGEST_TEXT], "url": telling.path}
    data = json.dumps({**body, "tag": f"notification-{telling.id}"})
    answers = {one.id: _post(one, data, key, contact) for one in browsers if is_push_service(more, one.endpoint)}
    gone = [number for number, status in answers.items() if status in (404, 410)]
    if gone:
        with transaction() as session, as_system(session, reason="browsers that are gone"):
            session.execute(delete(PushSubscription).where(PushSubscription.id.in_(gone)))
    left = [status for number, status in answers.items() if number not in gone]
    if left and not any(200 <= status < 300 for status in left):
        raise PushFailed(f"The push service answered {left[0]}.")


def _post(browser: PushSubscription, data: str, key: str, contact: str) -> int:
    import requests
    from pywebpush import WebPushException, webpush

    with requests.Session() as http:
        http.max_redirects = 0
        http.trust_env = False
        try:
            answer = webpush(
                {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}},
                data,
                vapid_private_key=key,
                vapid_claims={"sub": contact if contact.startswith("https://") else "mailto:admin@example.com"},
                timeout=SECONDS,
                ttl=LIFETIME,
                requests_session=http,
            )
            return int(getattr(answer, "status_code", 0))
        except WebPushException as error:
            return int(error.response.status_code) if error.response is not None else 0
        except requests.RequestException:
            return 0


def _kept_key(session: Session) -> str | None:
    sealed = stored_settings(session).get(_KEY)
    return unseal(session.database.secret, sealed) if sealed else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


PUSH = Channel(
    name="push",
    title=_("Push message"),
    description=_("To your browsers and phones, also while the page is closed."),
    icon="device-mobile",
    send=send_push,
    ready=have_browsers,
    repeatable=True,
    weight=20,
)


enders.append(unsubscribe_all)
