"""Reads about which modules are on."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kartoteka.builtin.modules.models import STATE_ID, ModuleSwitch, State
from kartoteka.db.session import Session
from kartoteka.extension.registry import Registry

STATE_VERSION = select(State.version).where(State.id == STATE_ID).scalar_subquery().label("state_version")
"""The state version as a column, for statements that read it along with other things."""


def state_version(place: Session | Connection) -> int:
    """Return the version that rises with every change of users, rights or modules."""
    return place.scalar(select(State.version).where(State.id == STATE_ID)) or 0


def enabled_modules(session: Session) -> frozenset[str]:
    """Return the names of the modules that are switched on, whether their code is installed or not."""
    return frozenset(session.scalars(select(ModuleSwitch.name).where(ModuleSwitch.enabled)))


def requirements(registry: Registry) -> dict[str, tuple[str, ...]]:
    """Return the switchable modules, each with the switchable modules it requires."""
    return {
        module.name: tuple(name for name in module.requires if name not in registry.builtins)
        for module in registry.modules
        if module.name not in registry.builtins
    }
