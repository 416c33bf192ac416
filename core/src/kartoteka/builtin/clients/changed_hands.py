"""Tells managers which clients changed hands: one line per person and operation, however many clients (CL-50)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from kartoteka.builtin.clients.fields import CLIENT_KIND, VIEW
from kartoteka.builtin.notifications.service import notify_number
from kartoteka.db.journal import operation_of
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

TYPE = "clients.changed_hands"


def tell_managers(session: Session, former: Mapping[int, int | None], manager_id: int | None) -> None:
    """Tell the former managers and the new one about clients that just changed hands.

    ``former`` holds who managed each client before, by its id. Whoever does it is not told; the steps of one operation
    add up in one notification.
    """
    lost = Counter(one for one in former.values() if one is not None and one != manager_id)
    gained = sum(one != manager_id for one in former.values())
    for user_id, number in sorted(lost.items()):
        _tell(session, user_id, number, _lost, None)
    if manager_id is not None and gained:
        only = RecordRef(CLIENT_KIND, next(iter(former))) if len(former) == 1 else None
        _tell(session, manager_id, gained, _gained, only)


def _tell(
    session: Session, user_id: int, number: int, words: Callable[[int], Message], about: RecordRef | None
) -> None:
    if user_id != actor_of(session).user_id:
        event = f"{TYPE}:{words.__name__}:{operation_of(session)}"
        notify_number(session, user_id, TYPE, words, number, dedup=event, ref=about)


def _gained(number: int) -> Message:
    return plural_text("One client was handed over to you", "%(count)s clients were handed over to you", number)


def _lost(number: int) -> Message:
    # Without a link: often the former manager may not see the client any more, and would read only that.
    return plural_text("One client is not yours any more", "%(count)s clients are not yours any more", number)


NOTIFICATION_TYPES = [
    NotificationType(
        name="changed_hands",
        title=_("Clients to hand over"),
        description=_("When colleagues hand clients over to you, or clients of yours to somebody else."),
        icon="transfer",
        permission=VIEW,
    )
]
