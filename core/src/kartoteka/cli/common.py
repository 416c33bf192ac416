"""What all commands share: the installation that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kartoteka.installation import Installation

_KEPT = "kartoteka.installation"
_GROUPS = "kartoteka.groups"


def opened() -> Installation:
    """Return the installation that the settings name, opened once per command. Raises BadSettings."""
    kept = click.get_current_context().find_root().meta
    if _KEPT not in kept:
        from kartoteka.installation import open_installation

        kept[_KEPT] = open_installation()
    return kept[_KEPT]  # type: ignore[no-any-return]


def module_commands() -> Mapping[str, click.Command]:
    """Return the commands that modules bring, in a group per module."""
    kept = click.get_current_context().find_root().meta
    if _GROUPS not in kept:
        groups: dict[str, click.Group] = {}
        for module, command in opened().registry.commands:
            group = groups.setdefault(module, click.Group(module, help=f"Commands of {module}."))
            group.add_command(_in_company(command), command.name)
        kept[_GROUPS] = groups
    return kept[_GROUPS]  # type: ignore[no-any-return]


def _in_company(command: click.Command) -> click.Command:
    """Return the command with its work done in the company's database, by the system."""
    if isinstance(command, click.Group):
        wrapped = click.Group(command.name, help=command.help)
        for name, child in command.commands.items():
            wrapped.add_command(_in_company(child), name)
        return wrapped
    return click.Command(
        command.name,
        params=command.params,
        help=command.help,
        short_help=command.short_help,
        callback=_working(command.callback) if command.callback else None,
    )


def _working(callback: Callable[..., Any]) -> Callable[..., Any]:
    from kartoteka.db.actor import Actor
    from kartoteka.db.session import use_workplace

    @wraps(callback)
    def work(*arguments: Any, **options: Any) -> Any:
        with use_workplace(opened().database, Actor.system("command")):
            return callback(*arguments, **options)

    return work
