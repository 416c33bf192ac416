"""What deleting clients means: what goes to the bin along with them, what stays, and what stops it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, orm, select

from kartoteka.builtin.clients.merging.moving import Moved, add_up
from kartoteka.builtin.clients.merging.places import CLIENTS, Place, find_told_places, kind_titles
from kartoteka.builtin.clients.models import DistinctClients
from kartoteka.db.chunks import chunks
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

_UNTOLD = frozenset({CLIENTS, str(DistinctClients.__table__.name)})
"""Tables whose rows are nothing that anybody would miss."""
_AT_ONCE = 5_000
"""Clients whose records are counted with one statement each."""


@dataclass(frozen=True)
class Consequences:
    """Numbers of records by kind: hidden with their client, staying, and in the way; ``reasons`` are modules' own."""

    hidden: Sequence[Moved] = field(default_factory=tuple)
    staying: Sequence[Moved] = field(default_factory=tuple)
    blocking: Sequence[Moved] = field(default_factory=tuple)
    reasons: Sequence[Translatable] = field(default_factory=tuple)

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stops the deletion."""
        return not self.blocking and not self.reasons

    def refuse(self) -> None:
        """Raise Refused with everything that stops the deletion, if something does."""
        if self.is_allowed:
            return
        named = [_named(one) for one in self.blocking]
        raise Refused(
            _("This cannot be deleted: %(reasons)s", reasons="; ".join([*named, *(str(one) for one in self.reasons)]))
        )


def foresee(session: Session, client_ids: Collection[int], *, for_good: bool = False) -> Consequences:
    """Return what deleting these clients means; rows are counted whether or not the actor sees them.

    What lies in the bin itself does not keep a client from going there, but from being deleted ``for_good``.
    """
    places = [place for place in find_told_places(session) if place.table.name not in _UNTOLD]
    hidden = [place for place in places if place.kind_column is None and place.on_delete == "with_client"]
    blocking = [place for place in places if place.kind_column is None and place.on_delete != "with_client"]
    loose = [place for place in places if place.kind_column is not None]
    return Consequences(
        hidden=_counted(session, hidden, client_ids),
        staying=_counted(session, loose, client_ids),
        blocking=_counted(session, blocking, client_ids, living=not for_good),
        reasons=dispatch.client_delete_blockers(session, list(client_ids)),
    )


def tell_consequences(session: Session, client_ids: Collection[int]) -> list[Message]:
    """Return what deleting any number of clients means as sentences: what goes along, stays and stops some of them."""
    parts = [foresee(session, part) for part in chunks(client_ids, _AT_ONCE)]
    hidden = add_up(one for part in parts for one in part.hidden)
    staying = add_up(one for part in parts for one in part.staying)
    blocking = [_named(one) for one in add_up(one for part in parts for one in part.blocking)]
    reasons = [*blocking, *dict.fromkeys(str(one) for part in parts for one in part.reasons)]
    told = []
    if hidden:
        told.append(_("Also moved to the bin: %(records)s", records=", ".join(map(_named, hidden))))
    if staying:
        told.append(_("Stays: %(records)s", records=", ".join(map(_named, staying))))
    if reasons:
        told.append(_("Some cannot be deleted and will be left out: %(reasons)s", reasons="; ".join(reasons)))
    return told


def _counted(
    session: Session, places: Iterable[Place], client_ids: Collection[int], *, living: bool = True
) -> list[Moved]:
    titles = kind_titles(extension_of(session).registry)
    found: list[Moved] = []
    for place in places:
        count = select(func.count()).select_from(place.table).where(*place.of_clients(client_ids))
        if living and "state" in place.table.c:
            count = count.where(place.table.c.state != RecordState.DELETED)
        number = orm.Session.connection(session).execute(count).scalar_one()
        title: Translatable = titles.get(place.table.name, place.owner.title)
        if number:
            found.append(Moved(title, number, place.owner.told))
    return add_up(found)


def _named(one: Moved) -> str:
    if one.note is None:
        return str(_("%(records)s: %(count)s", records=one.title, count=one.count))
    return str(_("%(records)s: %(count)s (%(note)s)", records=one.title, count=one.count, note=one.note))
