"""The signed-in user of a request, as Flask-Login and the web layer know him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_login import UserMixin

from kartoteka.db.actor import Actor


class Token(UserMixin):
    """Somebody who has just signed in: only the token that his cookie will carry is known yet."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return self.token


@dataclass(frozen=True, kw_only=True, eq=False)
class SignedIn(UserMixin):
    """A signed-in user with his rights and preferences; implements `kartoteka.web.user.CurrentUser`."""

    id: int
    name: str
    actor: Actor
    token: str = field(repr=False)
    sign_in_id: int
    language: str | None
    timezone: str | None
    theme: str
    preferences: Mapping[str, Any]
    must_change_password: bool
    needs_second_factor: bool = False
    lacks_second_factor: bool = False
    state_version: int
    unread: int = 0

    def can(self, permission: str) -> bool:
        """Tell whether the user has this right and its module is on."""
        return self.actor.can(permission)

    def get_id(self) -> str:
        """Return what the cookie carries: the token of this sign-in, never the user's id."""
        return self.token
