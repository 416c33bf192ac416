"""Who works: the person (or the system) that a session acts for, fixed for the life of the session."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reach(StrEnum):
    """How far a person sees: own records, the department's, or everything."""

    OWN = "own"
    DEPARTMENT = "department"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one a session works for.

    ``permissions`` are already limited to the active modules named in ``modules``. ``fields`` are
    the rights to read and write single fields that follow from them and from what the company keeps confidential.
    ``system_reason`` is set for work that no person started; such an actor has every permission and sees every row.
    """

    user_id: int | None = None
    name: str = ""
    department_id: int | None = None
    reach: Reach = Reach.OWN
    permissions: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    system_reason: str | None = None
    kept: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What follows from these rights and has been worked out once: an actor serves many requests of one person."""

    def can(self, permission: str) -> bool:
        """Tell whether the actor has this right."""
        return permission in self.permissions or permission in self.fields or self.system_reason is not None

    @property
    def is_system(self) -> bool:
        """Whether this is the program itself and not a person."""
        return self.system_reason is not None

    @classmethod
    def system(cls, reason: str) -> Actor:
        """Return the program itself as an actor; ``reason`` is for the log and must name no person."""
        if not reason:
            raise ValueError("Say why the system acts: reason is empty.")
        return cls(name="system", reach=Reach.ALL, system_reason=reason)
