"""Comparing changed clients with all that share a key with them, in little memory (CL-42)."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client, ClientBlock, ComparedClient
from kartoteka.builtin.clients.pairs.blocks import block_keys
from kartoteka.builtin.clients.pairs.reading import read_clients, traits_of
from kartoteka.builtin.clients.pairs.scoring import compare
from kartoteka.builtin.clients.pairs.traits import Traits
from kartoteka.db.session import Session

MOST_IN_BLOCK = 60
"""Clients that share a key: what more of them have in common tells nobody apart. They share others."""
_KEPT = 5_000
_WALKED = 2_000
_FEW = 0.02
"""Up to this share of changed clients each is looked up by itself; of more all keys are walked through."""
_CHANGED_AT_ONCE = 50

Pair = tuple[int, int, int]
"""Two clients, the lower id first, and how surely they are one, in percent."""


@dataclass(frozen=True, slots=True)
class _Kept:
    traits: Traits
    keys: frozenset[int]
    is_changed: bool


class Matcher:
    """One search's comparisons; goes on behind any place, and keeps a bounded number of clients at hand."""

    def __init__(self, session: Session) -> None:
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        every = session.scalar(select(func.count()).select_from(ComparedClient)) or 0
        changed = select(func.count()).select_from(ComparedClient).where(ComparedClient.pending)
        self._walks = (session.scalar(changed) or 0) > _FEW * every + _CHANGED_AT_ONCE
        crowded = select(ClientBlock.key).group_by(ClientBlock.key).having(func.count() > MOST_IN_BLOCK)
        self._crowded = frozenset(session.scalars(crowded))

    def match_some(self, session: Session, after: int) -> tuple[list[Pair], int | None]:
        """Compare some clients behind a place; return the pairs, and the place to go on from, None at the end."""
        return self._walk(session, after) if self._walks else self._look_up(session, after)

    def _walk(self, session: Session, after: int) -> tuple[list[Pair], int | None]:
        """Go through the keys behind one."""
        block = select(ClientBlock.key, ClientBlock.client).where(ClientBlock.key > after)
        rows = session.execute(block.order_by(ClientBlock.key).limit(_WALKED)).all()
        groups: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            groups[row.key].append(row.client)
        last = None
        if len(rows) == _WALKED:
            last = rows[-1].key
            if len(groups) > 1 and last not in self._crowded:
                groups.pop(last)  # it may not be complete
                last = max(groups)
        return self._match(session, groups), last

    def _look_up(self, session: Session, after: int) -> tuple[list[Pair], int | None]:
        """Go through the changed clients behind one."""
        changed = select(ComparedClient.id).where(ComparedClient.pending, ComparedClient.id > after)
        ids = session.scalars(changed.order_by(ComparedClient.id).limit(_CHANGED_AT_ONCE)).all()
        keys = select(ClientBlock.key).where(ClientBlock.client.in_(ids))
        wanted = set(session.scalars(keys)) - self._crowded if ids else set()
        groups: dict[int, list[int]] = defaultdict(list)
        ordered = sorted(wanted)
        for start in range(0, len(ordered), 500):
            some = ordered[start : start + 500]
            for row in session.execute(select(ClientBlock.key, ClientBlock.client).where(ClientBlock.key.in_(some))):
                groups[row.key].append(row.client)
        pairs = self._match(session, groups, set(ids))
        return pairs, ids[-1] if len(ids) == _CHANGED_AT_ONCE else None

    def _match(self, session: Session, groups: dict[int, list[int]], of: Collection[int] | None = None) -> list[Pair]:
        """Compare the clients of each group; with ``of`` only pairs whose first changed client is among those."""
        shared = {key: ids for key, ids in groups.items() if len(ids) > 1 and key not in self._crowded}
        self._fetch(session, {number for ids in shared.values() for number in ids})
        found = []
        for key, ids in shared.items():
            for one, other in self._couples(ids, of):
                if min((one.keys & other.keys) - self._crowded) != key:
                    continue  # they meet, or have met, under another key
                verdict = compare(one.traits, other.traits)
                if verdict.is_pair:
                    found.append((one.traits.id, other.traits.id, verdict.strength))
        self._forget()
        return found

    def _couples(self, ids: Iterable[int], of: Collection[int] | None) -> Iterator[tuple[_Kept, _Kept]]:
        members = [kept for number in sorted(ids) if (kept := self._kept.get(number)) is not None]
        for one, other in combinations(members, 2):
            changed = [kept.traits.id for kept in (one, other) if kept.is_changed]
            if changed and (of is None or changed[0] in of):
                yield one, other

    def _fetch(self, session: Session, ids: set[int]) -> None:
        for number in ids & self._kept.keys():
            self._kept.move_to_end(number)
        missing = sorted(ids - self._kept.keys())
        for start in range(0, len(missing), 500):
            self._take_in(session, missing[start : start + 500])

    def _take_in(self, session: Session, ids: list[int]) -> None:
        marked = select(ComparedClient.id).where(ComparedClient.pending, ComparedClient.id.in_(ids))
        changed = set(session.scalars(marked))
        for known in read_clients(session, Client.id.in_(ids), len(ids)):
            traits = traits_of(known)
            self._kept[traits.id] = _Kept(traits, block_keys(traits), traits.id in changed)

    def _forget(self) -> None:
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
