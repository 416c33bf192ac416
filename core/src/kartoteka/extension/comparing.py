"""Asks the modules by what else clients are compared when duplicates are looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import orm

from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.health import ClientTrait
from kartoteka.extension.dispatch import active_set
from kartoteka.extension.guarding import attempt


def client_traits(session: orm.Session, client_ids: Sequence[int]) -> Mapping[int, Sequence[ClientTrait]]:
    """Return what active modules know of clients, by client; a module that fails is left out."""
    registry = extension_of(session).registry
    found: dict[int, list[ClientTrait]] = defaultdict(list)
    for module, ask in registry.calls.each("client_traits", active_set(session)):
        answer = attempt(
            session,
            "client_traits",
            module,
            lambda ask=ask: ask(session=session, client_ids=tuple(client_ids)),  # type: ignore[misc]
        )
        for part in answer.value or ():
            for trait in part or ():
                found[trait.client_id].append(trait)
    return found
