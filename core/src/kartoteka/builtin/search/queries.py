"""Reads of the search over all kinds: the first hits of each kind, all hits of one kind, and what resembles a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from kartoteka.db.among import among
from kartoteka.db.paging import Page, SortKey, paginate
from kartoteka.db.search import Search, restrict_to_matches
from kartoteka.db.search_similar import find_similar, gather_hits
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import FieldType, RecordKind
from kartoteka.extension.dispatch import visible
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary
from kartoteka.vocabulary.search import SearchTerm, matches, parse_query, search_document
from kartoteka.vocabulary.text import sort_key

FEW = 3
"""With fewer hits than this, words are looked for with slips too."""

FOUND = 50
GATHERED = 6_000
"""Up to so many hits of all kinds are read at once; of more only the first of each kind."""

_AFTER_ALL = "\U0010ffff"
_SHOWN_STATES = (RecordState.ACTIVE, RecordState.ARCHIVED)


@dataclass(frozen=True)
class Hit:
    """A record found. ``client`` is the one it belongs to, None for clients and for records of nobody."""

    kind: RecordKind
    summary: RecordSummary
    client: RecordSummary | None = None
    similar: bool = False

    @property
    def ref(self) -> RecordRef:
        """The record."""
        return self.summary.ref

    @property
    def url(self) -> str | None:
        """The address of the record's own page."""
        return self.summary.url

    @property
    def leads_to(self) -> str | None:
        """Where quick search leads: to the client's card where the record belongs to one."""
        return self.client.url if self.client is not None and self.client.url else self.summary.url


@dataclass(frozen=True)
class Group:
    """The first hits of one kind; ``more`` says that there are others."""

    kind: RecordKind
    hits: Sequence[Hit]
    more: bool = False


@dataclass(frozen=True)
class Found:
    """What a query finds; ``similar`` holds what resembles it where it finds next to nothing, the closest first."""

    groups: Sequence[Group]
    similar: Sequence[Hit] = ()

    @property
    def hits(self) -> list[Hit]:
        """All hits, then what is similar."""
        return [*(hit for group in self.groups for hit in group.hits), *self.similar]


def searched_kinds(session: Session) -> list[RecordKind]:
    """Return the record kinds of active modules that the actor may search, clients first."""
    registry, active, actor = extension_of(session).registry, active_set(session), actor_of(session)
    kinds = [registry.find_kind(search.kind) for search in visible(session, registry.search_texts)]
    seen = [one for one in kinds if one is not None and one.module in active and actor.can(one.permission)]
    return sorted(seen, key=lambda kind: kind.client_column != "id")


def search_all(session: Session, query: str, *, each: int = 5, clients: int = 8, few: int = FEW) -> Found:
    """Return the first hits of every kind, and what is similar when there are fewer than ``few``.

    Statements: one for all kinds, two for each kind with hits (four, when there are very many hits), two for the
    clients that hits belong to; as many again for what is similar. The same however many records there are.
    """
    terms = parse_query(query)
    if not terms:
        return Found(())
    kinds = searched_kinds(session)
    gathered = None if _is_common(terms) else gather_hits(session, terms, [kind.kind for kind in kinds], GATHERED)
    groups: list[Group] = []
    for kind in kinds:
        limit = clients if kind.client_column == "id" else each
        if gathered is None:
            groups.append(_walked(session, kind, terms, query, limit))
        elif ids := gathered.get(kind.kind):
            groups.append(_sorted(session, kind, ids, query, limit))
    number = sum(len(group.hits) for group in groups)
    wants_more = number == 0 or (number < few and not any(term.digits for term in terms))
    known = {hit.ref for group in groups for hit in group.hits}
    similar = _similar(session, kinds, terms, each, known) if wants_more else []
    return _with_clients(session, Found([group for group in groups if group.hits], similar))


def search_kind(session: Session, kind: RecordKind, query: str, cursor: str | None) -> tuple[Page, list[Hit]]:
    """Return a page of all hits of one kind; a query that finds nothing has an empty page."""
    terms = parse_query(query)
    column = _order(kind) or _id(kind)
    keys = [SortKey("order", column)] if column is not _id(kind) else []
    page = paginate(
        session,
        _matching(session, select(_id(kind)).where(*_shown(kind)), kind, terms),
        list_name=f"search.{kind.kind}",
        keys=[*keys, SortKey("id", _id(kind))],
        descending=False,
        filters={"q": query},
        cursor=cursor,
        size=FOUND,
        secret=session.database.secret,
    )
    hits = _hits(session, kind, [row[0] for row in page.rows])
    return page, list(_with_clients(session, Found([Group(kind, hits)])).groups[0].hits)


def describe_refs(session: Session, refs: Iterable[RecordRef]) -> dict[RecordRef, Hit]:
    """Return those records that the actor may see, with their clients; a statement for each kind and one for clients.

    What is in the bin or merged is left out.
    """
    registry, active, actor = extension_of(session).registry, active_set(session), actor_of(session)
    by_kind: dict[str, list[int]] = {}
    for ref in dict.fromkeys(refs):
        by_kind.setdefault(ref.kind, []).append(ref.id)
    found: list[Hit] = []
    for name, ids in by_kind.items():
        kind = registry.find_kind(name)
        if kind is not None and kind.module in active and actor.can(kind.permission):
            found += [hit for hit in _hits(session, kind, ids) if hit.summary.state in _SHOWN_STATES]
    return {hit.ref: hit for hit in found}


def named_so(recent: Sequence[Hit], found: Sequence[Hit], query: str) -> list[Hit]:
    """Return which of the records opened lately have the words of a query.

    Where a record found bears the query as its whole name, only those of its kind that do so, too: who writes a
    client's full name wants the client, not the letter to it that was open a minute ago and is called the same.
    """
    exact = next((hit for hit in found if _is_titled(hit, query)), None)
    if exact is not None:
        return [hit for hit in recent if hit.kind is exact.kind and _is_titled(hit, query)]
    terms = parse_query(query)
    return [hit for hit in recent if matches(search_document([hit.summary.title, hit.summary.subtitle]), "", terms)]


def _is_titled(hit: Hit, query: str) -> bool:
    return bool(query) and sort_key(hit.summary.title) == sort_key(query)


def client_kind(session: Session) -> RecordKind | None:
    """Return the kind of clients, None for who may not see any."""
    registry, actor = extension_of(session).registry, actor_of(session)
    found = next((kind for kind in registry.record_kinds if kind.client_column == "id"), None)
    return found if found is not None and actor.can(found.permission) else None


def _is_common(terms: Sequence[SearchTerm]) -> bool:
    """Tell whether a query is so short that it finds a large part of all records."""
    return Search(None, tuple(terms), (), "record_id").is_common


def _sorted(session: Session, kind: RecordKind, ids: Sequence[int], query: str, limit: int) -> Group:
    """Return the first of these hits: those whose name begins with the query before the others."""
    column, key = _order(kind), sort_key(query)
    found = select(_id(kind), _id(kind) if column is None else column).where(among(_id(kind)), *_active(kind))
    rows = session.execute(found, {"ids": ids}).all()
    if column is None:
        seen = sorted(row[0] for row in rows)
    else:
        seen = [row[0] for row in sorted(rows, key=lambda row: (not row[1].startswith(key), row[1], row[0]))]
    return Group(kind, _hits(session, kind, seen[:limit]), more=len(seen) > limit)


def _walked(session: Session, kind: RecordKind, terms: Sequence[SearchTerm], query: str, limit: int) -> Group:
    """Return the first of very many hits, without gathering them all."""
    ids = _beginning(session, kind, query, limit + 1)
    if len(ids) <= limit:
        ids = list(dict.fromkeys([*ids, *_first_matches(session, kind, terms, limit + 1)]))
    return Group(kind, _hits(session, kind, ids[:limit]), more=len(ids) > limit)


def _beginning(session: Session, kind: RecordKind, query: str, limit: int) -> list[int]:
    """Return those whose name begins with the query: they are what is most often meant."""
    column, key = _order(kind), sort_key(query)
    if column is None or not key:
        return []
    found = select(_id(kind)).where(column >= key, column < key + _AFTER_ALL, *_active(kind))
    return list(session.scalars(found.order_by(column, _id(kind)).limit(limit)))


def _first_matches(session: Session, kind: RecordKind, terms: Sequence[SearchTerm], limit: int) -> list[int]:
    """Return the first hits in the order of names; of very frequent ones those among the first records of the list."""
    statement = _matching(session, select(_id(kind)).where(*_active(kind)), kind, terms)
    keys = [SortKey(str(at), column) for at, column in enumerate((_order(kind), _id(kind))) if column is not None]
    page = paginate(
        session,
        statement,
        list_name="search",
        keys=keys,
        descending=False,
        filters={},
        cursor=None,
        size=limit,
        secret=session.database.secret,
    )
    return [row[0] for row in page.rows]


def _matching(session: Session, statement: Select[Any], kind: RecordKind, terms: Sequence[SearchTerm]) -> Select[Any]:
    return restrict_to_matches(session, statement, _id(kind), terms, [kind.kind], column="record_id")


def _similar(
    session: Session, kinds: Iterable[RecordKind], terms: Sequence[SearchTerm], limit: int, known: set[RecordRef]
) -> list[Hit]:
    resembling = find_similar(session, terms, [kind.kind for kind in kinds])
    found: list[Hit] = []
    for kind in kinds:
        ids = [one for one in resembling.get(kind.kind, ()) if RecordRef(kind.kind, one) not in known]
        if ids:
            seen = set(session.scalars(select(_id(kind)).where(among(_id(kind)), *_active(kind)), {"ids": ids}))
            closest = [one for one in ids if one in seen][:limit]
            found += [replace(hit, similar=True) for hit in _hits(session, kind, closest)]
    return found


def _hits(session: Session, kind: RecordKind, ids: Sequence[int]) -> list[Hit]:
    """Return hits in the order of their ids; a kind whose module fails to describe them shows none."""
    if not ids:
        return []
    answer = attempt(session, f"summaries of {kind.kind}", kind.module, lambda: kind.summarise(session, ids))
    known: Mapping[int, RecordSummary] = answer.value or {}
    return [Hit(kind, known[one]) for one in ids if one in known]


def _with_clients(session: Session, found: Found) -> Found:
    """Add the clients that hits belong to: one statement for each kind with a client, and one for the clients."""
    clients = client_kind(session)
    hits = [hit for hit in found.hits if hit.kind.client_column not in (None, "id")]
    if clients is None or not hits:
        return found
    owners: dict[RecordRef, int] = {}
    for kind in {hit.kind.kind: hit.kind for hit in hits}.values():
        ids = [hit.ref.id for hit in hits if hit.kind is kind]
        owner = getattr(kind.model, str(kind.client_column))
        rows = session.execute(select(_id(kind), owner).where(_id(kind).in_(ids)))
        owners.update({RecordRef(kind.kind, one): client_id for one, client_id in rows if client_id is not None})
    named = {hit.ref.id: hit.summary for hit in _hits(session, clients, sorted(set(owners.values())))}

    def owned(hit: Hit) -> Hit:
        return replace(hit, client=named.get(owners.get(hit.ref, 0)))

    groups = [replace(group, hits=list(map(owned, group.hits))) for group in found.groups]
    return Found(groups, list(map(owned, found.similar)))


def _id(kind: RecordKind) -> Any:
    return kind.model.id


def _order(kind: RecordKind) -> Any:
    """Return the column with the folded names of a kind, None when it has none."""
    sorts = (field.sort for field in kind.fields if field.sort and field.type == FieldType.LINE)
    name = next(sorts, None)
    return None if name is None else getattr(kind.model, name)


def _active(kind: RecordKind) -> list[ColumnElement[bool]]:
    return [kind.model.state == RecordState.ACTIVE] if hasattr(kind.model, "state") else []


def _shown(kind: RecordKind) -> list[ColumnElement[bool]]:
    return [kind.model.state.in_(_SHOWN_STATES)] if hasattr(kind.model, "state") else []
