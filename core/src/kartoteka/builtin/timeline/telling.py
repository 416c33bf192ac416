"""Tells those who are mentioned in a note, and those who follow a record; only those who may see it (X-13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from kartoteka.builtin.access.service import readers_of
from kartoteka.builtin.notifications.service import notify
from kartoteka.builtin.timeline.following import add_followers, followers_of
from kartoteka.builtin.timeline.mentions import Mentioned
from kartoteka.builtin.timeline.models import Follower, Note
from kartoteka.builtin.timeline.rights import VIEW
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.db.chunks import chunks
from kartoteka.db.session import Session, actor_of, as_system, reading, transaction
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.extension.signals import client_changed, listen, record_changed
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

MENTION, FOLLOWED = "timeline.mention", "timeline.followed"


def tell_of_note(session: Session, note: Note, mentioned: Collection[Mentioned]) -> list[str]:
    """Tell whom a note names and who follows its record; return the names of those who may not read it.

    The author and those who are named follow the record from then on.
    """
    author = actor_of(session)
    named = {one.user_id: one for one in mentioned if one.user_id != author.user_id}
    may = readers_of(session, note.about, named, permission=VIEW)
    notify(session, may, MENTION, _("%(who)s mentioned you in a note", who=author.name), note.about, dedup=_event(note))
    said = _("%(who)s changed a note") if note.changed_at else _("%(who)s wrote a note")
    client = RecordRef(CLIENT, note.client_id) if note.client_id else note.about
    tell_followers(session, note.about, said.with_values(who=author.name), dedup=_event(note), without=may, also=client)
    add_followers(session, note.about, [author.user_id, *sorted(may)])
    return [one.name for user_id, one in named.items() if user_id not in may]


def tell_followers(
    session: Session,
    record: RecordRef,
    message: Message,
    *,
    dedup: str | None = None,
    without: Iterable[int] = (),
    also: RecordRef | None = None,
) -> int:
    """Tell those who follow a record and may see it, but not whoever does it; return how many are told.

    ``message`` is kept for each reader's own language, ``dedup`` names the event, as in `notify`. ``also`` is a record
    whose followers are told as well, such as the client.
    """
    following = {*followers_of(session, record), *(followers_of(session, also) if also not in (None, record) else ())}
    following -= {*without, actor_of(session).user_id or 0}
    if not following:
        return 0
    may = readers_of(session, record, following, permission=VIEW)
    return notify(session, may, FOLLOWED, message, record, dedup=dedup)


@listen(client_changed, module="timeline")
@listen(record_changed, module="timeline")
def tell_of_changes(sender: str, *, ids: list[int], **facts: object) -> None:
    """Tell followers that a record was changed, once for each change that was saved."""
    if sender == "timeline.note":
        return
    with reading() as session:
        followed = [one for some in chunks(ids) for one in _followed(session, sender, some)]
    if not followed:
        return
    with transaction() as session:
        who = actor_of(session).name
        words = _("%(who)s changed this", who=who) if who else _("This was changed")
        for record_id in followed:
            tell_followers(session, RecordRef(sender, record_id), words)


def _followed(session: Session, kind: str, ids: list[int]) -> list[int]:
    with as_system(session, reason="whether anybody follows a record"):
        wanted = select(Follower.about_id).where(Follower.about_kind == kind, Follower.about_id.in_(ids))  # type: ignore[attr-defined]
        return sorted(set(session.scalars(wanted)))


def _event(note: Note) -> str:
    return f"timeline.note:{note.id}:{note.version}"


NOTIFICATION_TYPES = [
    NotificationType(
        name="mention",
        title=_("Mentions"),
        description=_("When a colleague names you in a note."),
        icon="at",
        permission=VIEW,
    ),
    NotificationType(
        name="followed",
        title=_("Records that you follow"),
        description=_("When somebody writes about a record that you follow, or changes it."),
        icon="eye",
        permission=VIEW,
    ),
]
