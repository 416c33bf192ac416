"""What a module adds to the stream of a record: entries of its own, and a slot of the composer above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import literal, tuple_

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordRef

if TYPE_CHECKING:
    from sqlalchemy import Select

    from kartoteka.db.session import Session

S = TypeVar("S", bound="Select[Any]")


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One thing that happened, as the stream shows it.

    ``id`` is unique within its source, ``at`` is aware. ``title`` says in one line what happened, ``who`` did it (a
    name, empty for the program), ``text`` is what was said: plain text, its lines are kept. ``about`` is the record
    behind the entry: the core names it, leads to it, and shows the entry only to those who may see it. ``permission``
    is a right without which this entry is not shown; ``values`` is what the source's template gets.
    """

    id: int
    at: datetime
    title: Translatable
    who: str = ""
    text: Translatable = ""
    about: RecordRef | None = None
    url: str | None = None
    permission: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StreamPart:
    """The part of a stream that a source is asked for.

    ``record`` is the one whose stream is read: the reader may see it. ``client_id`` is set in a client's stream, which
    holds what happened to everything that belongs to the client. Asked for are the newest ``limit`` entries below
    ``before`` (moment and id), or, when ``ids`` is given, these entries only, as far as the reader may see them.
    """

    record: RecordRef
    client_id: int | None = None
    before: tuple[datetime, int] | None = None
    ids: tuple[int, ...] | None = None
    limit: int = 50

    def newest(self, statement: S, at: Any, id: Any) -> S:
        """Return the statement limited to this part and in its order; ``at`` and ``id`` are columns of a model.

        An index on what selects the record, ``at`` and ``id`` makes every page cost the same.
        """
        if self.ids is not None:
            return statement.where(id.in_(self.ids)).order_by(at.desc(), id.desc())
        if self.before is not None:
            moment, below = self.before
            statement = statement.where(tuple_(at, id) < tuple_(literal(moment, at.type), literal(below, id.type)))
        return statement.order_by(at.desc(), id.desc()).limit(self.limit)


@dataclass(frozen=True, kw_only=True)
class Composer:
    """A slot above the stream, in which something is added to a record: a note, a mail, a call.

    ``form`` is a form class and ``save(session, record, values)`` stores its values in the caller's transaction,
    raises Problem for what cannot be stored, and returns what the user is told. ``page(record)`` returns the address
    of a page of the module's own instead. ``when(session, record)`` says whether the record can take it.
    """

    title: Message
    icon: str
    permission: str
    form: type[Any] | None = None
    save: Callable[[Session, RecordRef, dict[str, Any]], Message] | None = None
    page: Callable[[RecordRef], str] | None = None
    when: Callable[[Session, RecordRef], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class TimelineSource(Declaration):
    """Where entries of streams come from: one kind of thing that happens, which readers filter by.

    ``read(session, part)`` returns the entries of a part, the newest first, in a bounded number of statements; fewer
    than ``part.limit`` mean that there are no more. Row rights apply to what it selects; ``permission`` is needed to
    see any of it. ``kinds`` are the record kinds whose streams it adds to, all of them when left empty. ``tells`` are
    record kinds whose whole story it tells, so that the change log leaves them out. ``template`` (a part of a page,
    with ``entry`` and the entry's ``values``) shows what stands below the title; without one it is ``text``.
    """

    name: str
    title: Message
    icon: str
    permission: str | None
    read: Callable[[Session, StreamPart], Sequence[TimelineEntry]]
    kinds: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    template: str | None = None
    composer: Composer | None = None
