"""Tells followers of changes: of a record itself, and of what belongs to a client that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from sqlalchemy import bindparam, select

from kartoteka.builtin.timeline.models import Follower
from kartoteka.builtin.timeline.rights import NOTE
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.builtin.timeline.telling import tell_followers
from kartoteka.db.announce import found_together, news_told
from kartoteka.db.chunks import chunks
from kartoteka.db.session import actor_of, as_system, reading, transaction, workplace
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.signals import client_changed, listen, record_changed, record_created
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

_PLAIN = (client_changed, record_changed, record_created)
# Made once: every change asks it.
_FOLLOWED = (
    select(Follower.about_kind, Follower.about_id)  # type: ignore[attr-defined]
    .where(
        Follower.about_kind.in_(bindparam("kinds", expanding=True)),  # type: ignore[attr-defined]
        Follower.about_id.in_(bindparam("ids", expanding=True)),  # type: ignore[attr-defined]
    )
    .distinct()
)
Whose = Mapping[int, "int | None"]


@listen(client_changed, module="timeline")
@listen(record_changed, module="timeline")
def tell_of_changes(sender: str, *, ids: list[int], clients: Whose | None = None, **facts: object) -> None:
    """Tell followers that a record was changed, once for each change that was saved."""
    words = _("%(who)s changed this"), _("This was changed"), _("%(who)s changed records of this client")
    _tell(sender, ids, clients, *words)


@listen(record_created, module="timeline")
def tell_of_additions(sender: str, *, ids: list[int], clients: Whose | None = None, **facts: object) -> None:
    """Tell those who follow a client that a record was added to it, such as a contact."""
    words = _("%(who)s added this"), _("This was added"), _("%(who)s added records to this client")
    _tell(sender, ids, clients, *words)


def _tell(
    sender: str, ids: list[int], clients: Whose | None, by_somebody: Message, by_itself: Message, of_many: Message
) -> None:
    if sender == NOTE:
        return
    known = found_together("followers", lambda: _followers_of_all(sender, ids, clients))
    followed = [one for one in sorted(set(ids)) if (sender, one) in known]
    of_clients = _of_followed_clients(sender, ids, clients, known)
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


def _followers_of_all(sender: str, ids: list[int], clients: Whose | None) -> Set[tuple[str, int]]:
    """Return the kind and id of what somebody follows among all that is told now, clients of records included."""
    told = [(one, facts) for signal, one, facts in news_told() if signal in _PLAIN]
    told.append((sender, {"ids": ids, "clients": clients}))
    asked: set[tuple[str, int]] = set()
    for kind, facts in told:
        asked.update((kind, one) for one in facts["ids"])
        asked.update((CLIENT, one) for one in (facts.get("clients") or {}).values() if one is not None)
    return _followed_among(asked)


def _followed_among(asked: Set[tuple[str, int]]) -> Set[tuple[str, int]]:
    kinds = sorted({kind for kind, _id in asked} - {NOTE})
    found: set[tuple[str, int]] = set()
    # After every change one small question, of which no page shows the answer.
    with workplace.get().database.glance() as connection:
        for some in chunks(sorted({one for _kind, one in asked})):
            rows = connection.execute(_FOLLOWED, {"kinds": kinds, "ids": some})
            found.update((row.about_kind, row.about_id) for row in rows)
    return found


def _of_followed_clients(
    kind_name: str, ids: Iterable[int], clients: Whose | None, known: Set[tuple[str, int]]
) -> dict[int, list[int]]:
    """Return which of the records belong to clients that somebody follows, by client.

    Only of kinds that people change by hand, and of what people do: mails change their state all the time.
    """
    place = workplace.get()
    kind = extension_of(place.database).registry.find_kind(kind_name)
    if kind is None or not _is_told(kind) or place.actor.user_id is None:
        return {}
    if clients is None or kind.client_column != "client_id":
        return _looked_up(kind, ids)
    found: dict[int, list[int]] = {}
    for record_id in sorted(set(ids)):
        client_id = clients.get(record_id)
        if client_id is not None and (CLIENT, client_id) in known:
            found.setdefault(client_id, []).append(record_id)
    return found


def _looked_up(kind: RecordKind, ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the same for records of which nobody said whose they are."""
    found: dict[int, list[int]] = {}
    owner = getattr(kind.model, str(kind.client_column))
    is_followed = select(Follower.about_id).where(Follower.about_kind == CLIENT)  # type: ignore[attr-defined]
    with reading() as session, as_system(session, reason="whether anybody follows the client of a record"):
        for some in chunks(ids):
            rows = select(owner, kind.model.id).where(kind.model.id.in_(some), owner.in_(is_followed))
            for client_id, record_id in session.execute(rows.order_by(kind.model.id)):
                found.setdefault(client_id, []).append(record_id)
    return found


def _is_told(kind: RecordKind) -> bool:
    return kind.client_column not in (None, "id") and kind.tracked and kind.change_permission is not None
