"""How grants and refusals add up to what one user may do: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kartoteka.db.actor import Reach


class Origin(StrEnum):
    """Where a decision about a right came from; the first one that says anything wins."""

    USER = "user"
    ROLE = "role"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class RoleRights:
    """What one role says: ``rights`` maps a permission to granted (True) or refused (False)."""

    role_id: int
    title: str
    reach: Reach
    all_permissions: bool
    needs_second_factor: bool = False
    rights: Mapping[str, bool] = field(default_factory=dict)

    def says(self, permission: str) -> bool | None:
        """Return granted, refused, or None when the role is silent."""
        said = self.rights.get(permission)
        if said is None and self.all_permissions:
            return True
        return said


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether a right is there, and why.

    ``roles`` are the titles of the roles that decided; ``lacks`` names the permissions that this one
    also requires and that the user doesn't have, so that a grant has no effect.
    """

    permission: str
    granted: bool
    origin: Origin
    roles: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def effective(self) -> bool:
        return self.granted and not self.lacks


def decide(permission: str, own: Mapping[str, bool], roles: Iterable[RoleRights]) -> Decision:
    """Decide one right: the user's own entry beats his roles, a role's refusal beats other roles' grants."""
    if permission in own:
        return Decision(permission=permission, granted=own[permission], origin=Origin.USER)
    said = [(role.title, role.says(permission)) for role in roles]
    refusing = tuple(title for title, answer in said if answer is False)
    if refusing:
        return Decision(permission=permission, granted=False, origin=Origin.ROLE, roles=refusing)
    granting = tuple(title for title, answer in said if answer)
    if granting:
        return Decision(permission=permission, granted=True, origin=Origin.ROLE, roles=granting)
    return Decision(permission=permission, granted=False, origin=Origin.NOTHING)


def decide_all(
    requires: Mapping[str, tuple[str, ...]], own: Mapping[str, bool], roles: Iterable[RoleRights]
) -> dict[str, Decision]:
    """Decide every known permission; ``requires`` maps each to those it has no effect without."""
    roles = tuple(roles)
    decisions = {name: decide(name, own, roles) for name in requires}
    effective = {name for name, decision in decisions.items() if decision.granted}
    while dropped := {name for name in effective if not set(requires[name]) <= effective}:
        effective -= dropped
    return {
        name: decision
        if not decision.granted or name in effective
        else Decision(
            permission=name,
            granted=True,
            origin=decision.origin,
            roles=decision.roles,
            lacks=tuple(other for other in requires[name] if other not in effective),
        )
        for name, decision in decisions.items()
    }


def widest_reach(roles: Iterable[RoleRights]) -> Reach:
    """Return the widest reach among the roles; own without any."""
    order = (Reach.OWN, Reach.DEPARTMENT, Reach.ALL)
    return max((role.reach for role in roles), key=order.index, default=Reach.OWN)
