"""The rights matrix as the pages show it: permissions by module, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from werkzeug.routing import Rule

from kartoteka.builtin.access.rules import Decision, Origin, RoleRights, decide_all
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import Requirement


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


@dataclass(frozen=True)
class MatrixRow:
    """A line with one answer for each role: granted, refused, or None for nothing said."""

    title: Translatable
    note: Translatable
    answers: tuple[bool | None, ...]


@dataclass(frozen=True)
class MatrixGroup:
    """The lines of one module."""

    module: Module
    rows: tuple[MatrixRow, ...]


def role_groups(registry: Registry, active: frozenset[str], roles: Sequence[RoleRights]) -> list[MatrixGroup]:
    """Return what every role says about every right of the modules that are on."""
    return [
        MatrixGroup(
            group.module,
            tuple(
                MatrixRow(
                    row.permission.title,
                    row.permission.description,
                    tuple(role.says(row.permission.name) for role in roles),
                )
                for row in group.rows
            ),
        )
        for group in group_rights(registry, active, lambda permission: RightRow(permission, None, None))
        if group.is_on
    ]


def page_groups(
    registry: Registry,
    active: frozenset[str],
    roles: Sequence[RoleRights],
    pages: Iterable[tuple[Rule, Requirement]],
) -> list[MatrixRow]:
    """Return which of these pages each role alone opens, by address, each with the rights that it needs."""
    requires = {one.name: one.also_requires for one in registry.permissions if one.module in active}
    decided = [decide_all(requires, {}, [role]) for role in roles]
    rows = []
    for rule, needed in sorted(pages, key=lambda one: one[0].rule):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        note = ", ".join(str(title) for title in titles_of(registry, needed.permissions))
        answers = tuple(all(one[name].effective for name in needed.permissions if name in one) for one in decided)
        rows.append(MatrixRow(f"{rule.rule} ({methods})", note, answers))
    return rows
