"""The rights matrix as the pages show it: permissions by module, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kartoteka.builtin.access.rules import Decision, Origin
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class RightRow:
    """A line of the matrix: the permission, what is chosen for it, what is stored, and what comes of it."""

    permission: Permission
    said: bool | None
    was: bool | None
    decision: Decision | None = None
    origin: Message | None = None
    lacks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class RightGroup:
    """The rights of one module."""

    module: Module
    is_on: bool
    rows: tuple[RightRow, ...]


def group_rights(
    registry: Registry, active: frozenset[str], make_row: Callable[[Permission], RightRow]
) -> list[RightGroup]:
    """Return the permissions of all installed modules that have any, the core's own first."""
    groups = []
    for module in sorted(registry.modules, key=lambda one: (one.name not in registry.builtins, one.weight, one.name)):
        own = tuple(make_row(each) for each in registry.permissions if each.module == module.name)
        if own:
            groups.append(RightGroup(module, module.name in active, own))
    return groups


def origin_text(decision: Decision) -> Message:
    """Say where a decision came from, in words."""
    if decision.origin is Origin.USER:
        return _("Granted to this user") if decision.granted else _("Refused to this user")
    if decision.origin is Origin.NOTHING:
        return _("Nobody granted it")
    roles = ", ".join(decision.roles)
    if decision.granted:
        return _("Granted by role: %(roles)s", roles=roles)
    return _("Refused by role: %(roles)s", roles=roles)


def titles_of(registry: Registry, names: tuple[str, ...]) -> tuple[Message, ...]:
    """Return the titles of these permissions."""
    titles = {permission.name: permission.title for permission in registry.permissions}
    return tuple(titles[name] for name in names if name in titles)
