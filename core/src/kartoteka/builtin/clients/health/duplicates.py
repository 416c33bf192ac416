"""The check for clients that are likely to be registered twice (CL-42)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from kartoteka.builtin.clients.fields import MERGE
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client, DistinctClients, SimilarClients
from kartoteka.builtin.clients.pairs.queries import Pair, weighed_pairs
from kartoteka.builtin.clients.pairs.service import keep_apart
from kartoteka.db.session import Session
from kartoteka.extension.declarations.health import HealthCheck, HealthFinding
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState, read_id

_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
LIKELY_TWINS = 75
"""From this strength on a pair comes into the queue; weaker ones stand on the page of duplicates."""


def find_twins(session: Session, after: int, limit: int) -> Sequence[HealthFinding]:
    """Return pairs that the last search found, as far as both clients are seen and nobody has told them apart."""
    first, second = aliased(Client), aliased(Client)
    ahead = and_(DistinctClients.first_id == first.id, DistinctClients.second_id == second.id)
    behind = and_(DistinctClients.first_id == second.id, DistinctClients.second_id == first.id)
    apart = select(DistinctClients.id).where(or_(ahead, behind)).exists()
    rows = session.execute(
        select(SimilarClients.id, SimilarClients.first_id, SimilarClients.second_id)
        .select_from(SimilarClients)
        .join(first, and_(first.id == SimilarClients.first_id, first.state.in_(_LIVING)))
        .join(second, and_(second.id == SimilarClients.second_id, second.state.in_(_LIVING)))
        .where(SimilarClients.id > after, SimilarClients.score >= LIKELY_TWINS, ~apart)
        .order_by(SimilarClients.id)
        .limit(limit)
    ).all()
    pairs = weighed_pairs(session, [(row.first_id, row.second_id) for row in rows])
    found = ((row.id, pairs.get((row.first_id, row.second_id))) for row in rows)
    return [_finding(place, pair) for place, pair in found if pair is not None]


def look_twins(session: Session, key: str) -> HealthFinding | None:
    """Return one pair, None when it is none any more."""
    one, other = (read_id(part) for part in key.partition("-")[::2])
    if one is None or other is None:
        return None
    stored = select(SimilarClients.id).where(SimilarClients.first_id == one, SimilarClients.second_id == other)
    place = session.scalar(stored.limit(1))
    pair = weighed_pairs(session, [(one, other)]).get((one, other)) if place is not None else None
    return None if pair is None or place is None else _finding(place, pair)


def merge_twins(session: Session, finding: HealthFinding, value: str) -> None:
    """Merge the younger card into the older one."""
    one, other = map(int, finding.key.split("-"))
    merge_clients(session, min(one, other), [max(one, other)])


def tell_apart(session: Session, finding: HealthFinding) -> None:
    """Remember that they are no duplicates."""
    one, other = map(int, finding.key.split("-"))
    keep_apart(session, one, other)


def _finding(place: int, pair: Pair) -> HealthFinding:
    sides = ((_("Client that stays"), pair.first), (_("Client that is merged into it"), pair.second))
    lines = [(title, f"{one['name']} · {one['number']} · {one['manager'] or '–'}") for title, one in sides]
    return HealthFinding(
        key=pair.key,
        place=place,
        client_id=pair.first["id"],
        title=pair.first["name"],
        problem=_("They may be the same client: %(percent)s%% certain.", percent=pair.strength),
        lines=(*lines, *((one.title, f"{one.percent} %") for one in pair.said)),
        page=f"/clients/merge?id={pair.first['id']}&id={pair.second['id']}",
    )


DUPLICATES = HealthCheck(
    name="duplicates",
    title=_("Likely duplicates"),
    permission=MERGE,
    find=find_twins,
    look=look_twins,
    fix=merge_twins,
    fix_title=_("Merge"),
    skip=tell_apart,
    skip_title=_("Not a duplicate"),
    icon="copy",
    weight=10,
)
