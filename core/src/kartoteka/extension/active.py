"""Says which modules are on for whoever a session works for."""

from __future__ import annotations

from sqlalchemy import orm

from kartoteka.db.session import actor_of
from kartoteka.extension.binding import Extension, extension_of

_ACTIVE = "kartoteka.extension.active"


def ask_active_modules(session: orm.Session) -> frozenset[str] | None:
    """Return the modules that somebody says are on, or None when nobody answers; asks all installed modules."""
    answer = extension_of(session).registry.calls.on_all("active_modules")(session=session)
    return None if answer is None else frozenset(answer)


def active_set(session: orm.Session) -> frozenset[str]:
    """Return the names of the modules that are on for the session's actor, the core's own among them."""
    active: frozenset[str] | None = session.info.get(_ACTIVE)
    if active is None:
        active = session.info[_ACTIVE] = _read_active(session, extension_of(session))
    return active


def _read_active(session: orm.Session, extension: Extension) -> frozenset[str]:
    actor = actor_of(session)
    if actor.is_system and not actor.modules:
        return extension.activation.effective(ask_active_modules(session))
    return extension.registry.builtins | (actor.modules & extension.registry.installed)
