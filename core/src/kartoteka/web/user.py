"""What the web layer knows of a user: just enough to show pages, so that it does not depend on how users are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from kartoteka.db.actor import Actor

THEMES = ("light", "dark", "system")


class CurrentUser(Protocol):
    """A signed-in person; `flask_login.current_user` is one of these.

    ``language`` is one of `kartoteka.web.i18n.LANGUAGES` or None for the company's, ``timezone`` an IANA name or
    None for the company's, ``theme`` one of THEMES. ``actor.modules`` are the modules switched on at this moment,
    ``needs_second_factor`` says that a role demands one, ``lacks_second_factor`` that it isn't set up yet,
    ``unread`` is the number of notifications not read yet.
    """

    id: int
    name: str
    actor: Actor
    language: str | None
    timezone: str | None
    theme: str
    preferences: Mapping[str, Any]
    must_change_password: bool
    needs_second_factor: bool
    lacks_second_factor: bool
    unread: int

    def can(self, permission: str) -> bool:
        """Tell whether the user has this right and its module is on."""
        ...


class Anonymous:
    """Somebody who has not signed in: no rights; language and theme come from the browser."""

    id = None
    name = ""
    language = None
    timezone = None
    theme = "system"
    must_change_password = False
    needs_second_factor = False
    lacks_second_factor = False
    unread = 0
    is_authenticated = False
    is_active = False
    is_anonymous = True

    def __init__(self, modules: frozenset[str] = frozenset()) -> None:
        self.actor = Actor(modules=modules)
        self.preferences: dict[str, Any] = {}

    def can(self, permission: str) -> bool:
        """Nobody unknown may do anything."""
        return False

    def get_id(self) -> None:
        """Flask-Login asks for it."""
        return
