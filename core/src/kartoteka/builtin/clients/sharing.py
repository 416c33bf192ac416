"""Showing a client to one more user, until a day and for a reason that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from kartoteka.builtin.clients.fields import SHARE
from kartoteka.builtin.clients.models import Client, ClientShare
from kartoteka.builtin.users.queries import User
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import insert_rows, update_rows
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.vocabulary.errors import Forbidden, InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

REASON_LENGTH = 300


def share_client(session: Session, client_id: int, user_id: int, reason: str, until: date | None = None) -> ClientShare:
    """Let a user see a client, and what belongs to it, until the end of a day; without one until it is ended.

    A second share for the same user takes the place of the first. Raises InvalidInput without a reason, for a day
    that is past and for a user who cannot sign in; Forbidden without the right to share.
    """
    actor = demand(session, SHARE)
    client = find(session, Client, client_id)
    why = clean_line(reason)
    _refuse_nonsense(session, user_id, why, until)
    share = session.scalars(
        select(ClientShare).where(ClientShare.client_id == client.id, ClientShare.user_id == user_id)
    ).one_or_none()
    if share is None:
        share = ClientShare(client_id=client.id, user_id=user_id)
        session.add(share)
    share.reason, share.until, share.granted_by = why, until, actor.user_id
    session.flush()
    return share


def share_clients(session: Session, client_ids: Sequence[int], user_id: int, reason: str, until: date) -> int:
    """Let a user see many clients until the end of a day, and return how many he did not see for so long before.

    For somebody who stands in for a colleague: the right to hand over all work is enough. Clients that the actor does
    not see are passed over. Raises Forbidden and InvalidInput.
    """
    actor = actor_of(session)
    if not (actor.can(SHARE) or actor.can("users.hand_over")):
        raise Forbidden(permission=SHARE)
    why = clean_line(reason)[:REASON_LENGTH]
    _refuse_nonsense(session, user_id, why, until)
    seen = set(session.scalars(select(Client.id).where(Client.id.in_(set(client_ids)))))
    known = session.execute(
        select(ClientShare.id, ClientShare.client_id, ClientShare.until).where(
            ClientShare.client_id.in_(seen), ClientShare.user_id == user_id
        )
    ).all()
    shared = {row.client_id for row in known}
    shorter = {row.id: {"until": until} for row in known if row.until is not None and row.until < until}
    share = {"user_id": user_id, "reason": why, "until": until, "granted_by": actor.user_id}
    insert_rows(session, ClientShare, [{"client_id": one, **share} for one in sorted(seen - shared)])
    update_rows(session, ClientShare, shorter)
    return len(seen - shared) + len(shorter)


def end_share(session: Session, share_id: int) -> int:
    """Take a share back and return the client's id."""
    demand(session, SHARE)
    share = find(session, ClientShare, share_id)
    session.delete(share)
    session.flush()
    return share.client_id


def list_shares(session: Session, client_id: int) -> Sequence[Row[Any]]:
    """Return who else sees a client: id, user_id, user, reason and until of each running share; one statement."""
    return session.execute(_RUNNING, {"client_id": client_id, "today": utc_now().date()}).all()


_RUNNING = (
    select(ClientShare.id, ClientShare.user_id, User.name.label("user"), ClientShare.reason, ClientShare.until)
    .select_from(ClientShare)
    .join(User, User.id == ClientShare.user_id)
    .where(
        ClientShare.client_id == bindparam("client_id"),
        ClientShare.until.is_(None) | (ClientShare.until >= bindparam("today")),
    )
    .order_by(User.name_sort, ClientShare.id)
)


def _refuse_nonsense(session: Session, user_id: int, why: str, until: date | None) -> None:
    errors = {}
    if session.scalar(select(User.id).where(User.id == user_id, User.active)) is None:
        errors["user"] = _("Choose one of the values offered.")
    if not why:
        errors["reason"] = _("Say why the user needs to see this client.")
    elif len(why) > REASON_LENGTH:
        errors["reason"] = _("This is too long: at most %(longest)s characters fit here.", longest=REASON_LENGTH)
    if until is not None and until < utc_now().date():
        errors["until"] = _("This day is past.")
    if errors:
        raise InvalidInput(errors)
