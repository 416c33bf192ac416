"""The running application as the web layer sees it, and the visitor of the current request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import current_app, g

from kartoteka.web.user import Anonymous, CurrentUser

if TYPE_CHECKING:
    from kartoteka.db.engine import Database
    from kartoteka.db.session import Session
    from kartoteka.extension.activation import Activation
    from kartoteka.extension.declarations.data import RecordKind
    from kartoteka.extension.declarations.work import Action
    from kartoteka.extension.registry import Registry
    from kartoteka.web.lists.saved import ListView

EXTENSION = "kartoteka"


class WebConfig(Protocol):
    """The settings that pages depend on; `kartoteka.config.Config` has them all."""

    company: str
    language: str
    timezone: str
    https: bool


class StartAction(Protocol):
    """Starts an action on many records, ``start(session, action, kind, ids, data, back)``."""

    def __call__(
        self, session: Session, action: Action, kind: RecordKind, ids: Sequence[int], data: Mapping[str, Any], back: str
    ) -> str: ...


def _nobody() -> CurrentUser | None:
    return None


def _no() -> bool:
    return False


def _unchanged(visitor: CurrentUser) -> bool:
    return True


@dataclass(kw_only=True)
class Kartoteka:
    """Everything that one application consists of; made by ``create_app`` and kept in ``app.extensions``.

    ``load_user()`` reads the signed-in user with rights, preferences and active modules in one statement, None when
    nobody is signed in. ``active_modules()`` answers for visitors who have not signed in. Both are called at
    most once per request, inside it. ``needs_setup()`` says that nobody can sign in, because there are no users yet.
    """

    registry: Registry
    database: Database
    config: WebConfig
    activation: Activation
    load_user: Callable[[], CurrentUser | None] = _nobody
    active_modules: Callable[[], frozenset[str]] = frozenset
    needs_setup: Callable[[], bool] = _no
    fill_demo: Callable[[], None] | None = None
    """Adds the demo company to the users that there are, who alone can sign in."""
    is_unchanged: Callable[[CurrentUser], bool] = _unchanged
    """Tells in a long answer whether its visitor still is signed in, with the rights that the request began with."""
    start_action: StartAction | None = None
    """Has an action run in the background and returns the page that shows how far it is; without it, it runs now."""
    saved_views: Callable[[Session, str], Sequence[ListView]] = lambda session, list_name: ()
    views_path: str | None = None
    caches: dict[str, Any] = field(default_factory=dict)


def current() -> Kartoteka:
    """Return the application of the current request or command."""
    return cast("Kartoteka", current_app.extensions[EXTENSION])


def visitor() -> CurrentUser | Anonymous:
    """Return who asks; read once per request."""
    found: CurrentUser | Anonymous | None = g.get("visitor")
    if found is None:
        kartoteka = current()
        found = kartoteka.load_user() or Anonymous()
        g.visitor = found
    return found


def is_signed_in() -> bool:
    """Tell whether the visitor has signed in."""
    return not isinstance(visitor(), Anonymous)


def modules_on() -> frozenset[str]:
    """Return the modules switched on at this moment, the core's own among them; the same during the whole request."""
    found: frozenset[str] | None = g.get("modules_on")
    if found is None:
        who, kartoteka = visitor(), current()
        switched = kartoteka.active_modules() if isinstance(who, Anonymous) else who.actor.modules
        found = g.modules_on = kartoteka.registry.builtins | (switched & kartoteka.registry.installed)
    return found
