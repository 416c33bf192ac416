"""The pairs of clients that a page shows: equal ones as they are now, similar ones as the last search left them.

A page asks a bounded number of statements, however many clients there are: groups of equal values are walked along
their indexes, and a page that looked through enough of them says where the next one goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from kartoteka.builtin.clients.models import Client, DistinctClients, SimilarClients
from kartoteka.builtin.clients.pairs.reasons import REASONS, SIMILAR_NAME, Reason, reasons_for
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordState

PAGE = 50
_GROUPS = 60
_ROUNDS = 4
_CLIQUE = 10
"""Up to so many equal clients each is paired with each; of more each is paired with the first."""
_MOST_MEMBERS = 2000
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_KEYS = tuple(dict.fromkeys(column for reason in REASONS for column in reason.columns))
_SHOWN = ("id", "name", "number", "state", "manager_id")
_ABOVE_ALL = 101

Known = Mapping[str, Any]
"""A client as it is compared and shown: id, name, number, state, manager and its keys."""


@dataclass(frozen=True)
class Said:
    """A field in which two clients are alike, and how much, in percent."""

    title: Message
    percent: int


@dataclass(frozen=True)
class Pair:
    """Two clients that may be one, why, how surely (percent), and in which fields they are alike."""

    first: Known
    second: Known
    reasons: tuple[Message, ...]
    strength: int = 0
    said: tuple[Said, ...] = ()

    @property
    def key(self) -> str:
        """How a form names the pair."""
        return f"{self.first['id']}-{self.second['id']}"


@dataclass(frozen=True)
class Place:
    """Where a page goes on: behind a client in the order of a reason, or behind a stored pair."""

    reason: str = REASONS[0].name
    column: str = ""
    id: int = 0

    def __str__(self) -> str:
        return f"{self.reason}.{self.column}.{self.id}"

    @classmethod
    def parse(cls, written: str) -> Place:
        """Return the place that an address names, the beginning for nonsense."""
        reason, _dot, rest = written.partition(".")
        column, _dot, number = rest.partition(".")
        known = {one.name: one for one in REASONS}
        is_score = column.isascii() and column.isdigit() and len(column) < 4
        sound = is_score if reason == SIMILAR_PAIRS else reason in known and column in ("", *known[reason].columns)
        if not sound or not (number.isascii() and number.isdigit() and len(number) < 10):
            return cls()
        return cls(reason, column, int(number))


@dataclass(frozen=True)
class Wanted:
    """Which pairs are asked for: of one sort ("equal" or "alike"), and with a client of one manager."""

    sort: str = ""
    manager_id: int | None = None

    def has(self, one: Known, other: Known) -> bool:
        """Tell whether a pair is asked for as far as its managers go."""
        return self.manager_id is None or self.manager_id in (one["manager_id"], other["manager_id"])


@dataclass(frozen=True)
class PairPage:
    """One page of pairs; ``next`` is None on the last one."""

    pairs: Sequence[Pair]
    next: Place | None


SIMILAR_PAIRS = "similar"


def read_pairs(session: Session, place: Place, wanted: Wanted | None = None) -> PairPage:
    """Return the pairs from a place on, the surest first; both clients of each are seen by the actor."""
    from kartoteka.builtin.clients.pairs.weighing import weighed  # what compares takes four MiB: for this page only

    reader = _Reader(session, reasons_for(actor_of(session).can), wanted or Wanted())
    further = _read_from(session, reader, place)
    return PairPage(weighed(session, reader.pairs), further)


def _read_from(session: Session, reader: _Reader, place: Place) -> Place | None:
    names = [reason.name for reason in reader.reasons]
    start = names.index(place.reason) if place.reason in names else 0
    if place.reason != SIMILAR_PAIRS and reader.wanted.sort != "alike":
        for number, reason in enumerate(reader.reasons[start:]):
            after = _key_at(session, place) if number == 0 else ""
            if (further := reader.read_equal(reason, after)) is not None:
                return further
    if reader.wanted.sort == "equal":
        return None
    is_similar = place.reason == SIMILAR_PAIRS
    return reader.read_similar(int(place.column) if is_similar else _ABOVE_ALL, place.id if is_similar else 0)


def weighed_pairs(session: Session, couples: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Pair]:
    """Return these pairs as they are now, by their ids; without those that are none any more or out of sight."""
    from kartoteka.builtin.clients.pairs.weighing import weighed

    reader = _Reader(session, (), Wanted())
    known = {one["id"]: one for one in reader.clients({number for couple in couples for number in couple})}
    pairs = [
        Pair(known[one], known[other], (SIMILAR_NAME,)) for one, other in couples if one in known and other in known
    ]
    return {(pair.first["id"], pair.second["id"]): pair for pair in weighed(session, pairs)}


def hidden_pairs(session: Session, before: int | None) -> tuple[list[Row[Any]], int | None]:
    """Return the pairs that were said to be no duplicates, the last ones first, and where it goes on."""
    first, second = aliased(Client), aliased(Client)
    named = (first.id.label("first_id"), first.name.label("first"), second.id.label("second_id"))
    statement = (
        select(DistinctClients.id, *named, second.name.label("second"), User.name.label("user"))
        .add_columns(DistinctClients.created_at)
        .select_from(DistinctClients)
        .join(first, first.id == DistinctClients.first_id)
        .join(second, second.id == DistinctClients.second_id)
        .outerjoin(User, User.id == DistinctClients.decided_by)
        .order_by(DistinctClients.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(DistinctClients.id < before)
    rows = list(session.execute(statement))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


class _Reader:
    """Gathers the pairs of one page."""

    def __init__(self, session: Session, reasons: Sequence[Reason], wanted: Wanted) -> None:
        self.session = session
        self.reasons = reasons
        self.wanted = wanted
        self.pairs: list[Pair] = []

    def read_equal(self, reason: Reason, after: str) -> Place | None:
        """Add pairs with equal values of a reason, from a value on; return where to go on when there may be more."""
        for _round in range(_ROUNDS):
            keys = self.session.scalars(_repeated(reason, after)).all()
            members = self._members(reason, keys[:_GROUPS])
            distinct = self._distinct([one["id"] for group in members.values() for one in group])
            for key in keys[:_GROUPS]:
                self._add(_paired(members.get(key, ())), distinct, reason)
                if len(self.pairs) >= PAGE:
                    return self._place_behind(reason, key)
            if len(keys) <= _GROUPS:
                return None
            after = keys[_GROUPS - 1]
        # Many groups, and hardly a living pair in them: enough for one page.
        return self._place_behind(reason, after)

    def read_similar(self, score: int, after: int) -> Place | None:
        """Add stored pairs behind a score and an id, the surest first."""
        rows = self.session.execute(_stored(score, after, self.wanted.manager_id)).all()
        ids = {number for row in rows[:PAGE] for number in (row.first_id, row.second_id)}
        known = {one["id"]: one for one in self.clients(ids)}
        distinct = self._distinct(ids)
        for row in rows[:PAGE]:
            one, other = known.get(row.first_id), known.get(row.second_id)
            if one and other:
                self._add([(one, other)], distinct, None)
        return Place(SIMILAR_PAIRS, str(rows[PAGE - 1].score), rows[PAGE - 1].id) if len(rows) > PAGE else None

    def clients(self, ids: Collection[int]) -> list[Known]:
        """Return the clients with these ids that are seen and living."""
        return self._read(Client.id.in_(ids)) if ids else []

    def _add(self, found: Iterable[tuple[Known, Known]], distinct: set[frozenset[int]], reason: Reason | None) -> None:
        for one, other in found:
            if frozenset((one["id"], other["id"])) in distinct or not self.wanted.has(one, other):
                continue
            why = [each for each in self.reasons if each.matches(one, other)]
            # A pair is listed once, under its surest reason.
            if (why[0] if why else None) == reason:
                titles = tuple(each.title for each in why) or (SIMILAR_NAME,)
                self.pairs.append(Pair(one, other, titles))

    def _place_behind(self, reason: Reason, key: str) -> Place | None:
        """Return the place behind a value, named by a client that has it: no code stands in an address."""
        for column in reason.columns:
            client = self.session.scalar(select(Client.id).where(getattr(Client, column) == key).limit(1))
            if client is not None:
                return Place(reason.name, column, client)
        return None

    def _members(self, reason: Reason, keys: Sequence[str]) -> dict[str, list[Known]]:
        if not keys:
            return {}
        has_one = or_(*(getattr(Client, column).in_(keys) for column in reason.columns))
        members: dict[str, list[Known]] = defaultdict(list)
        for client in self._read(has_one):
            for key in reason.keys(client):
                members[key].append(client)
        return {key: group for key, group in members.items() if len(group) > 1}

    def _read(self, condition: Any) -> list[Known]:
        columns = [getattr(Client, name) for name in (*_SHOWN, *_KEYS)]
        statement = (
            select(*columns, User.name.label("manager"))
            .select_from(Client)
            .outerjoin(User, User.id == Client.manager_id)
            .where(condition, Client.state.in_(_LIVING))
            .order_by(Client.id)
            .limit(_MOST_MEMBERS)
        )
        return [dict(row) for row in self.session.execute(statement).mappings()]

    def _distinct(self, ids: Iterable[int]) -> set[frozenset[int]]:
        wanted = sorted(set(ids))
        if not wanted:
            return set()
        columns = (DistinctClients.first_id, DistinctClients.second_id)
        statement = select(*columns).where(*(column.in_(wanted) for column in columns))
        return {frozenset(row) for row in self.session.execute(statement)}


def _repeated(reason: Reason, after: str) -> Select[Any]:
    """Return the statement for values that several clients have, in their order, read from the index alone."""
    if len(reason.columns) == 1:
        column = getattr(Client, reason.columns[0])
        grouped = select(column).where(column > after).group_by(column).having(func.count() > 1)
        return grouped.order_by(column).limit(_GROUPS + 1)
    parts = []
    for name in reason.columns:
        column = getattr(Client, name)
        parts.append(select(column.label("key"), Client.id.label("client_id")).where(column > after))
    every = union_all(*parts).subquery()
    repeated = select(every.c.key).group_by(every.c.key).having(func.count(every.c.client_id.distinct()) > 1)
    return repeated.order_by(every.c.key).limit(_GROUPS + 1)


def _stored(score: int, after: int, manager_id: int | None) -> Select[Any]:
    first, second = aliased(Client), aliased(Client)
    behind = or_(SimilarClients.score < score, and_(SimilarClients.score == score, SimilarClients.id < after))
    statement: Any = (
        select(SimilarClients.id, SimilarClients.score, SimilarClients.first_id, SimilarClients.second_id)
        .select_from(SimilarClients)
        .join(first, and_(first.id == SimilarClients.first_id, first.state.in_(_LIVING)))
        .join(second, and_(second.id == SimilarClients.second_id, second.state.in_(_LIVING)))
        .where(behind)
        .order_by(SimilarClients.score.desc(), SimilarClients.id.desc())
        .limit(PAGE + 1)
    )
    if manager_id is None:
        return statement
    return statement.where(or_(first.manager_id == manager_id, second.manager_id == manager_id))


def _paired(group: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    if len(group) <= _CLIQUE:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])


def _key_at(session: Session, place: Place) -> str:
    if not (place.id and place.column):
        return ""
    statement = select(getattr(Client, place.column)).where(Client.id == place.id)
    return session.scalar(statement) or ""
