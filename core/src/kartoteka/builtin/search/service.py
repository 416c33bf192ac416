"""Use cases of records opened lately, and of those that users have starred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.search.models import OpenedRecord
from kartoteka.builtin.search.queries import Hit, describe_refs
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordRef

KEPT = 30
"""How many opened records are remembered for each user."""

FAVOURITES, MOST_FAVOURITES = "favourites", 50
"""The preference that keeps the starred records of a user, and how many it takes."""


def remember_opened(session: Session, ref: RecordRef) -> None:
    """Remember that the session's user opened a record just now; nothing for one that no search would show him.

    Cards can be open that are not found any more, as those of clients in the bin: that is nobody's mistake.
    """
    user_id = actor_of(session).user_id
    if user_id is None or ref not in describe_refs(session, [ref]):
        return
    opened = list(session.scalars(select(OpenedRecord).order_by(OpenedRecord.opened_at.desc(), OpenedRecord.id.desc())))
    same = next((one for one in opened if (one.kind, one.record_id) == (ref.kind, ref.id)), None)
    for one in opened[KEPT - 1 :]:
        if one is not same:
            session.delete(one)
    if same is not None:
        same.opened_at = utc_now()
        return
    try:
        with session.begin_nested():
            session.add(OpenedRecord(user_id=user_id, kind=ref.kind, record_id=ref.id))
    except IntegrityError:
        return  # opened in two windows at once: the other one has said so


def favourite_refs(preferences: Mapping[str, Any]) -> list[RecordRef]:
    """Return the records that a user has starred, the latest first, out of his preferences."""
    kept = preferences.get(FAVOURITES)
    refs = []
    for written in kept if isinstance(kept, list) else []:
        try:
            refs.append(RecordRef.parse(str(written)))
        except ValueError:
            continue
    return refs


def toggle_favourite(session: Session, ref: RecordRef, preferences: Mapping[str, Any]) -> bool:
    """Star a record, or take its star away; returns whether it has one now. Raises NotFound for one out of sight."""
    user_id, known = actor_of(session).user_id, favourite_refs(preferences)
    if ref in known:
        kept = [one for one in known if one != ref]
    else:
        if not describe_refs(session, [ref]):
            raise NotFound
        kept = [ref, *known][:MOST_FAVOURITES]
    if user_id is not None:
        set_preference(session, user_id, FAVOURITES, [str(one) for one in kept] or None)
    return ref in kept


def favourites(session: Session, preferences: Mapping[str, Any]) -> list[Hit]:
    """Return the starred records that the session's user may see, the latest first."""
    refs = favourite_refs(preferences)
    found = describe_refs(session, refs) if refs else {}
    return [found[ref] for ref in refs if ref in found]


def opened_lately(session: Session, limit: int) -> list[Hit]:
    """Return the records that the session's user opened last and may still see, the latest first."""
    rows = session.execute(
        select(OpenedRecord.kind, OpenedRecord.record_id)
        .where(OpenedRecord.user_id == actor_of(session).user_id)
        .order_by(OpenedRecord.opened_at.desc(), OpenedRecord.id.desc())
        .limit(KEPT)
    )
    refs = [RecordRef(row.kind, row.record_id) for row in rows]
    found = describe_refs(session, refs)
    return [found[ref] for ref in refs if ref in found][:limit]
