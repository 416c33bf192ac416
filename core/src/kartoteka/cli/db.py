"""``kartoteka db``: the tables of the core and of all installed modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.db.lineages import Lineage
    from kartoteka.installation import Installation


@click.group()
def db() -> None:
    """Bring the database up to date, and say how it stands."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the tables of the core and of all installed modules up to date, on or off."""
    for line in upgrade_quietly(opened()) or ["Everything is up to date."]:
        click.echo(line)


@db.command("status")
def status() -> None:
    """List the revision of each module's tables, and data whose module is gone."""
    from kartoteka.db import migrate
    from kartoteka.extension.lineages import lineages

    installation = opened()
    found = migrate.status(installation.database, lineages(installation.registry))
    for one in found.revisions:
        state = "up to date" if one.is_current else f"needs: kartoteka db upgrade (to {one.head})"
        click.echo(f"{one.name:25} {one.current or '-':14} {state}")
    for left in found.data_without_code:
        click.echo(f"{left.module:25} {left.version:14} data without code: {', '.join(left.tables)}")


@db.command("check")
@click.argument("name", default="core")
def check(name: str) -> None:
    """Compare the tables with the models of the core, or of the module NAME."""
    from kartoteka.db import migrate

    installation = opened()
    differences = migrate.check(installation.database, _lineage(installation, name))
    for difference in differences:
        click.echo(str(difference))
    if differences:
        raise click.ClickException("Tables and models differ.")
    click.echo("Tables and models agree.")


@db.command("revision")
@click.argument("name")
@click.argument("message")
def revision(name: str, message: str) -> None:
    """Write a migration for the module NAME from the difference between its models and the database."""
    from kartoteka.db import migrate

    installation = opened()
    click.echo(str(migrate.new_revision(installation.database, _lineage(installation, name), message)))


def upgrade_quietly(installation: Installation) -> list[str]:
    """Bring all tables up to date; return a line for each module that was behind."""
    from kartoteka.db import migrate
    from kartoteka.extension.lineages import lineages

    wanted = lineages(installation.registry)
    behind = migrate.upgrade(installation.database, wanted)
    heads = {one.name: one.head for one in migrate.status(installation.database, wanted).revisions}
    return [f"{one.name}: {one.current or 'nothing'} -> {heads[one.name]}" for one in behind]


def _lineage(installation: Installation, name: str) -> Lineage:
    from kartoteka.extension.lineages import lineages

    found = {lineage.name: lineage for lineage in lineages(installation.registry)}
    if name not in found:
        raise click.ClickException(f"{name} has no tables here. Known: {', '.join(found)}.")
    return found[name]
