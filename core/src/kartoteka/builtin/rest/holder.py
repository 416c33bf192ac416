"""The user of a request that a program makes: a person's rights, narrowed by what the key is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kartoteka.builtin.rest.service import EVERYTHING
from kartoteka.db.actor import Actor


@dataclass(frozen=True, kw_only=True, eq=False)
class KeyHolder:
    """Whoever shows an API key; implements `kartoteka.web.user.CurrentUser`."""

    id: int
    name: str
    actor: Actor
    language: str | None
    timezone: str | None
    key_id: int
    scopes: frozenset[str]
    last_used_on: date | None
    theme: str = "system"
    preferences: Mapping[str, Any] = field(default_factory=dict)
    must_change_password: bool = False
    lacks_second_factor: bool = False
    unread: int = 0
    is_authenticated: bool = True

    def can(self, permission: str) -> bool:
        """Tell whether the user has this right and its module is on."""
        return self.actor.can(permission)

    def allows(self, resource: str, verb: str) -> bool:
        """Tell whether the key is for doing this with a resource (``module.name``)."""
        return not self.scopes.isdisjoint((f"{resource}:{verb}", f"{EVERYTHING}:{verb}"))
