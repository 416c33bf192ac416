"""Turns what is written down about a user into the actor that his sessions work for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kartoteka.builtin.access.confidential.queries import field_rights, marked_fields
from kartoteka.builtin.access.queries import UserRights, rights_of_user
from kartoteka.builtin.access.rules import Decision, decide_all, widest_reach
from kartoteka.builtin.users.queries import has_second_factor
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of

Requires = Mapping[str, tuple[str, ...]]
"""Every known permission of the active modules with those it has no effect without."""

_MOST_KEPT = 2_000


def _no_fields(can: Callable[[str], bool]) -> frozenset[str]:
    return frozenset()


def decisions(rights: UserRights, requires: Requires) -> dict[str, Decision]:
    """Return for every permission whether the user has it and why."""
    return decide_all(requires, rights.own, rights.roles)


def make_actor(
    rights: UserRights,
    *,
    user_id: int,
    name: str,
    department_id: int | None,
    requires: Requires,
    modules: frozenset[str],
    fields: Callable[[Callable[[str], bool]], frozenset[str]] = _no_fields,
) -> Actor:
    """Return the actor; ``requires`` must hold permissions of active modules only.

    ``fields(can)`` returns the rights of single fields that follow from the others.
    """
    decided = decisions(rights, requires)
    permissions = frozenset(permission for permission, decision in decided.items() if decision.effective)
    return Actor(
        user_id=user_id,
        name=name,
        department_id=department_id,
        reach=widest_reach(rights.roles),
        permissions=permissions,
        fields=fields(permissions.__contains__),
        modules=modules,
    )


class FactorNeed(NamedTuple):
    """Whether a role demands a second factor, and whether it is missing."""

    demanded: bool
    missing: bool


class ActorCache:
    """Actors of one process, each good for one state version.

    Whatever changes users, rights or modules raises the version, so nothing here is ever stale.
    """

    def __init__(self) -> None:
        self._actors: dict[tuple[int, int, frozenset[str]], Actor] = {}
        self._factors: dict[tuple[int, int], FactorNeed] = {}

    def get(self, user_id: int, state_version: int, modules: frozenset[str]) -> Actor | None:
        """Return the actor kept for this version and set of modules, if any."""
        return self._actors.get((user_id, state_version, modules))

    def keep(self, actor: Actor, state_version: int) -> Actor:
        """Keep an actor and return it; old versions go when there are many."""
        if len(self._actors) >= _MOST_KEPT:
            self._actors.clear()
        if actor.user_id is not None:
            self._actors[actor.user_id, state_version, actor.modules] = actor
        return actor

    def factor_need(self, user_id: int, state_version: int, load: Callable[[], FactorNeed]) -> FactorNeed:
        """Return what roles demand of a user and what he lacks; ``load`` reads it once for each state version."""
        kept = self._factors.get((user_id, state_version))
        if kept is None:
            if len(self._factors) >= _MOST_KEPT:
                self._factors.clear()
            kept = self._factors[user_id, state_version] = load()
        return kept


def load_factor_need(session: Session, user_id: int) -> FactorNeed:
    """Read whether a user's roles demand a second factor, and whether he has none."""
    demanded = rights_of_user(session, user_id).needs_second_factor
    return FactorNeed(demanded, demanded and not has_second_factor(session, user_id))


def load_actor(
    session: Session, *, user_id: int, name: str, department_id: int | None, requires: Requires, modules: frozenset[str]
) -> Actor:
    """Read a user's rights and return his actor."""
    marks, registry = marked_fields(session), extension_of(session).registry
    return make_actor(
        rights_of_user(session, user_id),
        user_id=user_id,
        name=name,
        department_id=department_id,
        requires=requires,
        modules=modules,
        fields=lambda can: field_rights(registry, marks, can),
    )
