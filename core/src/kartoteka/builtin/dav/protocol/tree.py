"""From places to what lies there, as far as whoever asks sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kartoteka.builtin.dav.naming import ROOT, Place
from kartoteka.builtin.dav.protocol.answers import Refusal
from kartoteka.builtin.dav.protocol.properties import Described
from kartoteka.builtin.dav.queries import collections_of, find_collection, own_address
from kartoteka.builtin.dav.service import is_remembered, remember
from kartoteka.db.session import Session, reading, transaction, workplace
from kartoteka.extension.declarations.dav import DavCollection, DavItem, DavObject


def user_id() -> int:
    """Return who asks."""
    found = workplace.get().actor.user_id
    if found is None:
        raise Refusal(403)
    return found


def may_write(collection: DavCollection) -> bool:
    """Tell whether whoever asks may change what lies in a collection."""
    wanted = collection.change_permission
    return collection.write is not None and (wanted is None or workplace.get().actor.can(wanted))


def described(session: Session, place: Place) -> Described:
    """Return a place with what can be said of it; raises Refusal where there is nothing for whoever asks."""
    me = user_id()
    if place.user_id not in (None, me):
        raise Refusal(404)
    if place.sort in ("collection", "object"):
        collection = find_collection(session, place.key)
        if collection is None:
            raise Refusal(404)
        return of_collection(session, place, collection)
    name, email = own_address(session)
    return Described(place=place, user_id=me, user_name=name, email=email)


def of_collection(session: Session, place: Place, collection: DavCollection) -> Described:
    """Return a collection, or an object in it."""
    made = Described(
        place=place,
        user_id=user_id(),
        collection=collection,
        may_write=may_write(collection),
        load=partial(collection.items, session, None),
    )
    if place.sort == "object":
        made.item = object_named(session, collection, place.name)
        if made.item is None:
            raise Refusal(404)
    return made


def object_named(session: Session, collection: DavCollection, name: str) -> DavObject | None:
    """Return an object of a collection, or None."""
    return next(iter(collection.read(session, [name])), None)


def below(session: Session, one: Described) -> list[Described]:
    """Return what lies directly below a place."""
    me, place = one.user_id, one.place
    if place == ROOT:
        return [described(session, Place(sort)) for sort in ("principals", "calendars")]
    if place.sort == "principals":
        return [described(session, Place("principal", me))]
    if place.sort == "calendars":
        return [described(session, Place("home", me))]
    if place.sort == "home":
        return [
            of_collection(session, Place("collection", me, collection.key), collection)
            for collection in collections_of(session)
        ]
    if place.sort == "collection" and one.collection is not None:
        return [member(one, item) for item in one.items]
    return []


def member(one: Described, item: DavItem) -> Described:
    """Return an object of a collection that was listed already."""
    place = Place("object", one.user_id, one.place.key, item.name)
    return Described(place, one.user_id, collection=one.collection, may_write=one.may_write, item=item)


def note_seen(key: str, items: Sequence[DavItem]) -> None:
    """Note what lay in a collection when a program was given its mark."""
    with reading() as session:
        known = is_remembered(session, key, items)
    if not known:
        with transaction() as session:
            remember(session, user_id(), key, items)
