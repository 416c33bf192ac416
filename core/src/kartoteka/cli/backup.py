"""``kartoteka backup`` and ``kartoteka restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.backup import Manifest

_ARCHIVE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("archive", type=_ARCHIVE)
def backup(archive: Path) -> None:
    """Write all data and files into ARCHIVE (a ZIP file) while people go on working.

    The installation's secret is not in it: keep a copy of it (instance/secret, or KARTOTEKA_SECRET) somewhere else.
    """
    from kartoteka.backup import make_backup

    _tell(f"Written to {archive}", make_backup(opened(), archive))
    click.echo("The secret is not in the backup; without it passwords of mail accounts must be entered anew.")


@click.command()
@click.argument("archive", type=_ARCHIVE)
@click.option("--check", is_flag=True, help="Only read ARCHIVE and say whether it is whole.")
def restore(archive: Path, check: bool) -> None:
    """Fill an empty database, SQLite or PostgreSQL, with the data and files of ARCHIVE."""
    from kartoteka.backup import check_backup, restore_backup

    if check:
        _tell(f"{archive} is whole", check_backup(archive))
    else:
        _tell("Restored", restore_backup(opened(), archive))


def _tell(done: str, manifest: Manifest) -> None:
    rows = sum(counted.rows for counted in manifest.tables.values())
    sizes = f"{rows:,} rows in {len(manifest.tables)} tables, {len(manifest.files):,} files"
    click.echo(f"{done}: {sizes}, as of {manifest.made_at}.")
