"""Tells those who are mentioned in a note, and those who follow a record; only those who may see it (X-13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kartoteka.builtin.access.service import readers_of
from kartoteka.builtin.notifications.service import notify
from kartoteka.builtin.timeline.following import add_followers, followers_of
from kartoteka.builtin.timeline.mentions import Mentioned
from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.rights import VIEW
from kartoteka.builtin.timeline.streams import CLIENT
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.work import NotificationType
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
