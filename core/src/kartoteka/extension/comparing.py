"""Asks the modules by what else clients are compared when duplicates are looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import orm

from kartoteka.extension.answers import answered
from kartoteka.extension.declarations.health import ClientTrait


def client_traits(session: orm.Session, client_ids: Sequence[int]) -> Mapping[int, Sequence[ClientTrait]]:
    """Return what active modules know of clients, by client; a module that fails is left out."""
    found: dict[int, list[ClientTrait]] = defaultdict(list)
    for trait in answered(session, "client_traits", client_ids=tuple(client_ids)):
        found[trait.client_id].append(trait)
    return found
