"""The registry's own panels on the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.builtin.clients.fields import CLIENT_KIND, SHARE, VIEW
from kartoteka.builtin.clients.kinds import SHARE_KIND
from kartoteka.builtin.clients.queries_card import card_client
from kartoteka.builtin.clients.sharing import list_shares
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.ui import CARD_SIDE, Panel
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def load_shares(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return who else sees the client; None when there is nothing to show and nothing to do."""
    shares = list_shares(session, record.id) if card_client(session, record.id).is_shared else []
    may_share = actor_of(session).can(SHARE)
    return {"shares": shares, "may_share": may_share, "client_id": record.id} if shares or may_share else None


PANELS = [
    Panel(
        name="shares",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Shared with"),
        permission=VIEW,
        tells=(SHARE_KIND,),
        template="clients/shares_panel.html",
        load=load_shares,
        weight=800,
    )
]
