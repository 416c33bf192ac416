"""Tells followers of changes: of a record itself, and of what belongs to a client that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from kartoteka.builtin.timeline.models import Follower
from kartoteka.builtin.timeline.rights import NOTE
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.builtin.timeline.telling import tell_followers
from kartoteka.db.chunks import chunks
from kartoteka.db.session import Session, actor_of, as_system, reading, transaction
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.signals import client_changed, listen, record_changed, record_created
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


@listen(client_changed, module="timeline")
@listen(record_changed, module="timeline")
def tell_of_changes(sender: str, *, ids: list[int], **facts: object) -> None:
    """Tell followers that a record was changed, once for each change that was saved."""
    _tell(sender, ids, _("%(who)s changed this"), _("This was changed"), _("%(who)s changed records of this client"))


@listen(record_created, module="timeline")
def tell_of_additions(sender: str, *, ids: list[int], **facts: object) -> None:
    """Tell those who follow a client that a record was added to it, such as a contact."""
    _tell(sender, ids, _("%(who)s added this"), _("This was added"), _("%(who)s added records to this client"))


def _tell(sender: str, ids: list[int], by_somebody: Message, by_itself: Message, of_many: Message) -> None:
    if sender == NOTE:
        return
    with reading() as session:
        followed = [one for some in chunks(ids) for one in _followed(session, sender, some)]
        of_clients = _of_followed_clients(session, sender, ids)
    if not followed and not of_clients:
        return
    with transaction() as session:
        who = actor_of(session).name
        one = by_somebody.with_values(who=who) if who else by_itself
        for record_id in followed:
            tell_followers(session, RecordRef(sender, record_id), one)
        for client_id, own in of_clients.items():
            client = RecordRef(CLIENT, client_id)
            # A file with a hundred contacts of one client is one piece of news.
            about, words = (RecordRef(sender, own[0]), one) if len(own) == 1 else (client, of_many.with_values(who=who))
            tell_followers(session, about, words, also=client)


def _followed(session: Session, kind: str, ids: Sequence[int]) -> list[int]:
    with as_system(session, reason="whether anybody follows a record"):
        wanted = select(Follower.about_id).where(Follower.about_kind == kind, Follower.about_id.in_(ids))  # type: ignore[attr-defined]
        return sorted(set(session.scalars(wanted)))


def _of_followed_clients(session: Session, kind_name: str, ids: Iterable[int]) -> dict[int, list[int]]:
    """Return which of the records belong to clients that somebody follows, by client.

    Only of kinds that people change by hand, and of what people do: mails change their state all the time.
    """
    kind = extension_of(session).registry.find_kind(kind_name)
    if kind is None or not _is_told(kind) or actor_of(session).user_id is None:
        return {}
    found: dict[int, list[int]] = {}
    owner = getattr(kind.model, str(kind.client_column))
    is_followed = select(Follower.about_id).where(Follower.about_kind == CLIENT)  # type: ignore[attr-defined]
    with as_system(session, reason="whether anybody follows the client of a record"):
        for some in chunks(ids):
            rows = select(owner, kind.model.id).where(kind.model.id.in_(some), owner.in_(is_followed))
            for client_id, record_id in session.execute(rows.order_by(kind.model.id)):
                found.setdefault(client_id, []).append(record_id)
    return found


def _is_told(kind: RecordKind) -> bool:
    return kind.client_column not in (None, "id") and kind.tracked and kind.change_permission is not None
