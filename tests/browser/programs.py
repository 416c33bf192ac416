"""Other programs, for the pages about them: a key, and a webhook with messages in every state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.builtin.rest.models import FAILED, SENT, WAITING, WebhookDelivery
from kartoteka.builtin.rest.service import make_key
from kartoteka.builtin.rest.webhooks.managing import add_webhook
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import utc_now
from kartoteka.vocabulary.message import text as _


def add_programs(session: Any) -> dict[str, Any]:
    """Add a key and a webhook with its log."""
    user = session.scalar(select(User.id).where(User.login == "tomas"))
    scopes = ("clients.clients:create", "crm_clients.contacts:create")
    make_key(session, title="Orders of our website", scopes=scopes, user_id=user, expires_on=utc_now().date())
    url = "https://93.184.216.34/hooks/kartoteka?of=the-accounting-program-of-our-company"
    webhook, _secret = add_webhook(session, title="Accounting", url=url, kinds=["clients.client"])
    for state, status, error in (
        (SENT, 204, None),
        (FAILED, 500, _("It answered %(status)s.", status=500)),
        (WAITING, None, _("It could not be reached.")),
    ):
        payload = {"data": {"ids": [1, 2, 3]}}
        session.add(
            WebhookDelivery(
                webhook_id=webhook.id,
                message_id=f"msg_{state}",
                event="clients.client.changed",
                payload=payload,
                state=state,
                attempts=1,
                status=status,
                error=error,
            )
        )
    session.flush()
    return {"webhook": webhook.id}
