"""Use cases of webhooks: add, change, test, send again."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.rest.models import FAILED, SENT, WAITING, Webhook, WebhookDelivery
from kartoteka.builtin.rest.rights import MANAGE
from kartoteka.builtin.rest.webhooks.events import add_delivery, latest_entry
from kartoteka.builtin.rest.webhooks.targets import BadTarget, find_address, read_target
from kartoteka.db.actor import Actor
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.sealing import seal, unseal
from kartoteka.db.session import Session, actor_of, as_system, demand, find
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

DELIVER = "rest.deliver"
PING = "rest.ping"
KEPT = timedelta(days=30)
WORKING = Actor.system("webhooks")
_PREFIX = "whsec_"
_ANY = select(Webhook.id).where(Webhook.enabled).limit(1)


def check_address(url: str, *, private: bool = False) -> None:
    """Raise InvalidInput for an address that nothing would be sent to.

    Looking a name up may take seconds: call it while no transaction is open. It is looked up again with each message.
    """
    try:
        find_address(read_target(url.strip(), private=private), private=private)
    except BadTarget as problem:
        raise InvalidInput({"url": problem.message}) from None


def add_webhook(session: Session, *, title: str, url: str, kinds: Sequence[str]) -> tuple[Webhook, str]:
    """Add a webhook and return it with its secret, which nobody sees again; raises InvalidInput naming the field."""
    demand(session, MANAGE)
    secret = _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    values = _checked(session, title, url, kinds)
    with as_system(session, reason="where the audit chain ends"):
        seen = latest_entry(session)
    webhook = Webhook(
        **values, secret=seal(session.database.secret, secret), seen_entry=seen, user_id=actor_of(session).user_id
    )
    session.add(webhook)
    session.flush()
    bump_state(session)
    audit(session, "webhook.added", subject=webhook.title, facts={"webhook": webhook.id, "kinds": values["kinds"]})
    return webhook, secret


def change_webhook(session: Session, id: int, *, title: str, url: str, kinds: Sequence[str], enabled: bool) -> Webhook:
    """Change a webhook; one that is switched on again is told of what happens from now on."""
    demand(session, MANAGE)
    webhook = find(session, Webhook, id)
    for name, value in _checked(session, title, url, kinds).items():
        setattr(webhook, name, value)
    if enabled and not webhook.enabled:
        with as_system(session, reason="where the audit chain ends"):
            webhook.seen_entry = latest_entry(session)
    webhook.enabled = enabled
    session.flush()
    bump_state(session)
    audit(session, "webhook.changed", subject=webhook.title, facts={"webhook": id, "enabled": enabled})
    return webhook


def remove_webhook(session: Session, id: int) -> None:
    """Remove a webhook with its log."""
    demand(session, MANAGE)
    webhook = find(session, Webhook, id)
    audit(session, "webhook.removed", subject=webhook.title, facts={"webhook": id})
    session.delete(webhook)
    session.flush()
    bump_state(session)


def send_ping(session: Session, id: int) -> None:
    """Send a message that means nothing, to see whether it arrives."""
    demand(session, MANAGE)
    webhook = find(session, Webhook, id)
    add_delivery(session, webhook.id, PING, {}, utc_now())
    session.flush()
    ask_to_deliver(session)


def send_again(session: Session, delivery_id: int) -> WebhookDelivery:
    """Send a message once more under its old number, so that the receiver knows it; raises NotFound and Refused."""
    demand(session, MANAGE)
    delivery = find(session, WebhookDelivery, delivery_id)
    if delivery.state == WAITING:
        raise Refused(_("This message is on its way already."))
    delivery.state, delivery.attempts, delivery.due_at = WAITING, 0, utc_now()
    delivery.done_at = delivery.status = delivery.error = None
    session.flush()
    audit(session, "webhook.replayed", facts={"webhook": delivery.webhook_id, "delivery": delivery.id})
    ask_to_deliver(session)
    return delivery


def ask_to_deliver(session: Session, at: Any = None) -> None:
    """Ask for the job that delivers, now or at a moment; unless it is asked for already."""
    payload = {} if at is None else {"at": at.isoformat(timespec="minutes")}
    enqueue(session, DELIVER, payload, title=_("Tell other programs of changes"), run_at=at)


def secret_of(session: Session, webhook: Webhook) -> str:
    """Return the secret that messages of a webhook are signed with."""
    return unseal(session.database.secret, webhook.secret)


def forget_deliveries(session: Session) -> int:
    """Forget messages that were sent, or given up, long ago; return how many."""
    old = WebhookDelivery.created_at < utc_now() - KEPT
    statement = delete(WebhookDelivery).where(old, WebhookDelivery.state.in_((SENT, FAILED)))
    with as_system(session, reason="forget old webhook messages"):
        result: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)


def any_webhook(connection: Connection) -> bool:
    """Tell whether anybody is to be told anything; whoever adds, changes or removes a webhook raises the state."""
    return connection.scalar(_ANY) is not None


def _checked(session: Session, title: str, url: str, kinds: Sequence[str]) -> dict[str, Any]:
    name, address = clean_line(title), url.strip()
    errors = {}
    if not name or len(name) > 100:
        errors["title"] = _("Say in up to 100 characters which program it is for.")
    if not kinds:
        errors["kinds"] = _("Choose what the program is notified about.")
    if len(address) > 500:
        errors["url"] = _("This is too long: at most %(longest)s characters fit here.", longest=500)
    else:
        try:
            read_target(address, private=session.database.private_targets)
        except BadTarget as problem:
            errors["url"] = problem.message
    if errors:
        raise InvalidInput(errors)
    return {"title": name, "url": address, "kinds": sorted(set(kinds))}
