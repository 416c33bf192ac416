"""``kartoteka module``: which modules are there and which are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kartoteka.builtin.modules import service
from kartoteka.builtin.modules.overview import requirements, storage
from kartoteka.builtin.modules.queries import enabled_modules
from kartoteka.cli.common import opened
from kartoteka.cli.new_module import new_module
from kartoteka.db.actor import Actor
from kartoteka.vocabulary.message import text as _

if TYPE_CHECKING:
    from kartoteka.db.lineages import Lineage


@click.group()
def module() -> None:
    """List modules, switch them on and off, remove their data, make new ones."""


module.add_command(new_module)


@module.command("list")
def list_modules() -> None:
    """List the installed modules, those set aside, and data whose module is gone."""
    installation = opened()
    registry = installation.registry
    with installation.database.reading(Actor.system("module list")) as session:
        enabled = enabled_modules(session)
    for one in registry.modules:
        state = "built in" if one.name in registry.builtins else "on" if one.name in enabled else "off"
        click.echo(f"{one.name:25} {one.version:10} {state:9} {one.title}")
    for broken in registry.broken:
        click.echo(f"{broken.name:25} {broken.version or '-':10} set aside: {broken}")
    for left in storage(installation.database, registry).without_code:
        click.echo(f"{left.module:25} {left.version:10} data without code: {', '.join(left.tables)}")


@module.command("on")
@click.argument("name")
def switch_on(name: str) -> None:
    """Switch the module NAME on, with those it requires."""
    installation = opened()
    needed = requirements(installation.registry)
    service.check_tables(storage(installation.database, installation.registry).outdated, needed, name)
    with installation.database.transaction(Actor.system("module on"), _("Module %(name)s on", name=name)) as session:
        switched = service.switch_on(session, needed, name)
    click.echo(f"On: {', '.join(switched)}" if switched else f"{name} was on already.")


@module.command("off")
@click.argument("name")
@click.option("--with-dependents", is_flag=True, help="Also switch off the modules that need it.")
def switch_off(name: str, *, with_dependents: bool) -> None:
    """Switch the module NAME off; its data stays."""
    installation = opened()
    with installation.database.transaction(Actor.system("module off"), _("Module %(name)s off", name=name)) as session:
        switched = service.switch_off(
            session, requirements(installation.registry), name, with_dependents=with_dependents
        )
    click.echo(f"Off: {', '.join(switched)}" if switched else f"{name} was off already.")


@module.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(name: str, *, yes: bool) -> None:
    """Delete all data of the module NAME for good; it must be off."""
    from kartoteka.db import migrate
    from kartoteka.db.lineages import CORE
    from kartoteka.extension.lineages import lineages

    installation = opened()
    known: dict[str, Lineage | str] = {each.name: each for each in lineages(installation.registry)}
    left = {each.module: each.module for each in storage(installation.database, installation.registry).without_code}
    if name == CORE or name not in {**known, **left}:
        raise click.ClickException(f"There is no data of a module {name} here. See: kartoteka module list")
    with installation.database.reading(Actor.system("module purge")) as session:
        if name in enabled_modules(session):
            raise click.ClickException(f"Switch {name} off first: kartoteka module off {name}")
    if not yes:
        click.confirm(f"Delete all data of {name} for good? It can't be undone", abort=True)
    tables = migrate.purge(installation.database, known.get(name, name))
    with installation.database.transaction(
        Actor.system("module purge"), _("Module %(name)s purged", name=name)
    ) as session:
        service.forget_switch(session, name)
    click.echo(f"The data of {name} is gone: {', '.join(tables) or 'it had none'}.")
