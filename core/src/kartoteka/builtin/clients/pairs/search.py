"""What the search for duplicates does in the background (CL-42); `job` declares when.

First all clients are read, and those that changed since the last search get new keys; then each of these is compared
with those that share a key with it. Steps are short, hold little, and may go on in another process: what a search needs
stands in the database and in its checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Table, delete, func, insert, orm, select, update

from kartoteka.builtin.clients.models import Client, ClientBlock, ComparedClient, SimilarClients
from kartoteka.builtin.clients.pairs.blocks import block_keys
from kartoteka.builtin.clients.pairs.matching import Matcher
from kartoteka.builtin.clients.pairs.reading import print_of, read_clients, traits_of
from kartoteka.db.base import Model
from kartoteka.db.chunks import insert_many
from kartoteka.db.session import Session, as_system, workplace
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _

_REASON = "duplicates are looked for among all clients"
_READ = 500
_SECONDS = 1.0
"""How long a step looks before it stores what it found; nobody has to wait meanwhile."""


@dataclass
class Seen:
    """What one step has found out: changed clients with their digests and keys, those that are gone, and pairs."""

    last: int
    is_end: bool
    prints: dict[int, int] = field(default_factory=dict)
    keys: list[tuple[int, int]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    read: int = 0
    pairs: list[tuple[int, int, int]] = field(default_factory=list)


_matchers: dict[tuple[object, int], Matcher] = {}
"""What a search remembers between its steps in this process; without it the next step only takes longer."""


def look(job: RunningJob) -> None:
    """Read or compare for a while; nothing is written and nobody waits."""
    place = workplace.get()
    with place.database.reading(place.actor) as session, as_system(session, reason=_REASON):
        after = job.checkpoint.get("after", -1 if _is_comparing(job) else 0)
        job.found = _compare(session, (place.database, job.id), after) if _is_comparing(job) else _read(session, after)


def store(session: Session, job: RunningJob) -> None:
    """Store what the step has found, and go on with the next one.

    Looks at all clients, whoever asked: a page shows only pairs of which its user sees both clients.
    """
    seen: Seen = job.found
    with as_system(session, reason=_REASON):
        if _is_comparing(job):
            _store_pairs(session, job, seen)
        else:
            _store_read(session, job, seen)


def _is_comparing(job: RunningJob) -> bool:
    return job.checkpoint.get("phase") == "compare"


def _read(session: Session, after: int) -> Seen:
    """Read clients behind an id and find those that changed since they were compared."""
    known = read_clients(session, Client.id > after, _READ)
    is_end = len(known) < _READ
    last = after if not known else known[-1][0].id
    range_ = [ComparedClient.id > after] if is_end else [ComparedClient.id > after, ComparedClient.id <= last]
    rows = session.execute(select(ComparedClient.id, ComparedClient.print).where(*range_))
    stored = {row.id: row.print for row in rows}
    seen = Seen(last, is_end, read=len(known))
    for one in known:
        number = one[0].id
        digest = print_of(one)
        if stored.pop(number, None) != digest:
            seen.prints[number] = digest
            seen.keys += [(key, number) for key in block_keys(traits_of(one))]
    seen.gone = list(stored)
    return seen


def _store_read(session: Session, job: RunningJob, seen: Seen) -> None:
    connection = orm.Session.connection(session)
    if "read" not in job.checkpoint:
        _forget_pairs_of_pending(session)
    stale = [*seen.prints, *seen.gone]
    if stale:
        for column in (ClientBlock.client, ComparedClient.id, SimilarClients.first_id, SimilarClients.second_id):
            connection.execute(delete(column.class_).where(column.in_(stale)))
    prints = [{"id": number, "print": digest, "pending": True} for number, digest in seen.prints.items()]
    insert_many(connection, _table(ComparedClient), prints)
    insert_many(connection, _table(ClientBlock), [{"key": key, "client": number} for key, number in seen.keys])
    changed = job.checkpoint.get("changed", 0) + len(prints)
    read = job.checkpoint.get("read", 0) + seen.read
    job.checkpoint.update(after=seen.last, changed=changed, read=read)
    if seen.is_end:
        job.checkpoint.update(phase="compare", after=None)
        del job.checkpoint["after"]
    job.report(read)
    job.again()


def _table(model: type[Model]) -> Table:
    return Model.metadata.tables[model.__tablename__]


def _forget_pairs_of_pending(session: Session) -> None:
    """Delete what a search found that was stopped: it is found again."""
    pending = select(ComparedClient.id).where(ComparedClient.pending)
    for column in (SimilarClients.first_id, SimilarClients.second_id):
        orm.Session.connection(session).execute(delete(SimilarClients).where(column.in_(pending)))


def _compare(session: Session, search: tuple[object, int], after: int) -> Seen:
    """Compare changed clients for a while, from a place on."""
    matcher = _matchers.get(search)
    if matcher is None:
        _matchers.clear()
        matcher = _matchers[search] = Matcher(session)
    began = monotonic()
    seen = Seen(after, is_end=False)
    while not seen.is_end and monotonic() - began < _SECONDS:
        pairs, last = matcher.match_some(session, seen.last)
        seen.pairs += pairs
        seen.is_end = last is None
        seen.last = seen.last if last is None else last
    return seen


def _store_pairs(session: Session, job: RunningJob, seen: Seen) -> None:
    rows = [{"search": job.id, "first_id": one, "second_id": two, "score": score} for one, two, score in seen.pairs]
    for start in range(0, len(rows), 500):
        orm.Session.connection(session).execute(insert(SimilarClients), rows[start : start + 500])
    job.checkpoint["after"] = seen.last
    if not seen.is_end:
        job.again()
        return
    _matchers.clear()
    orm.Session.connection(session).execute(update(ComparedClient).where(ComparedClient.pending).values(pending=False))
    changed = job.checkpoint.get("changed", 0)
    found = session.scalar(select(func.count()).select_from(SimilarClients)) or 0
    told = plural_text("One client was compared anew.", "%(count)s clients were compared anew.", changed)
    job.finish(told if changed or not found else _("Nothing has changed since the last search."), url="/clients/pairs")
