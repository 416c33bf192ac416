"""How surely pairs that were found are one client, and in which fields they are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.pairs.queries import Pair, Said
from kartoteka.builtin.clients.pairs.reading import read_clients, traits_of
from kartoteka.builtin.clients.pairs.reasons import LIKENESS, SIMILAR_NAME, is_told
from kartoteka.builtin.clients.pairs.scoring import compare
from kartoteka.builtin.clients.pairs.traits import Traits
from kartoteka.db.session import Session, actor_of

_LEAST_SAID = 60


def weighed(session: Session, pairs: Sequence[Pair]) -> list[Pair]:
    """Say of each pair how surely it is one client, as far as the actor may see what says so.

    Pairs that were found by what has changed since are left out.
    """
    ids = sorted({number for pair in pairs for number in (pair.first["id"], pair.second["id"])})
    can = actor_of(session).can
    known = {one[0].id: _told(traits_of(one), can) for one in read_clients(session, Client.id.in_(ids), len(ids))}
    found = []
    for pair in pairs:
        verdict = compare(known[pair.first["id"]], known[pair.second["id"]])
        if pair.reasons == (SIMILAR_NAME,) and not verdict.is_pair:
            continue
        alike = [one for one in verdict.likenesses if one.percent >= _LEAST_SAID and one.points > 0]
        said = tuple(Said(LIKENESS[one.field], one.percent) for one in alike)
        found.append(replace(pair, strength=verdict.strength, said=said))
    return found


def _told(traits: Traits, can: Callable[[str], bool]) -> Traits:
    """Return the traits that the user may see."""
    codes = {kind: code for kind, code in traits.codes.items() if is_told(kind, can)}
    phones = traits.phones if is_told("phone", can) else frozenset()
    emails = traits.emails if is_told("email", can) else frozenset()
    born = traits.born if is_told("birth_date", can) else None
    return replace(traits, codes=codes, phones=phones, emails=emails, born=born)
