"""``kartoteka backup`` and ``kartoteka restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.backup import Manifest
    from kartoteka.db.blobs import Lost

_ARCHIVE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("archive", type=_ARCHIVE)
@click.option("--despite-damage", is_flag=True, help="Leave out files that are missing or damaged, and name them.")
def backup(archive: Path, despite_damage: bool) -> None:
    """Write all data and files into ARCHIVE (a ZIP file) while people go on working.

    Nothing is written when files are missing or damaged; with --despite-damage all others are, and it ends with 1.

    The installation's secret is not in it: keep a copy of it (instance/secret, or KARTOTEKA_SECRET) somewhere else.
    """
    from kartoteka.backup import ContentsLost, make_backup

    try:
        manifest = make_backup(opened(), archive, despite_damage=despite_damage)
    except ContentsLost as problem:
        _warn(problem.lost, "Nothing was written. Restore these files from an older backup, or leave them out with "
                            "--despite-damage.")  # fmt: skip
    _tell(f"Written to {archive}", manifest)
    click.echo("The secret is not in the backup; without it passwords of mail accounts must be entered anew.")
    if manifest.lost:
        _warn(manifest.lost, "The backup was written without these files.")


@click.command()
@click.argument("archive", type=_ARCHIVE)
@click.option("--check", is_flag=True, help="Only read ARCHIVE and say whether it is whole.")
def restore(archive: Path, check: bool) -> None:
    """Fill an empty database, SQLite or PostgreSQL, with the data and files of ARCHIVE.

    Ends with 1 when files that its documents name are not in ARCHIVE; all else is restored then.
    """
    from kartoteka.backup import check_backup, restore_backup

    manifest = check_backup(archive) if check else restore_backup(opened(), archive)
    done = "Restored" if not check else f"{archive} is {'not ' if manifest.lost else ''}whole"
    _tell(done, manifest)
    if manifest.lost:
        _warn(manifest.lost, "The backup was made without these files.")


def _tell(done: str, manifest: Manifest) -> None:
    rows = sum(counted.rows for counted in manifest.tables.values())
    sizes = f"{rows:,} rows in {len(manifest.tables)} tables, {len(manifest.files):,} files"
    click.echo(f"{done}: {sizes}, as of {manifest.made_at}.")


def _warn(lost: Lost, what: str) -> NoReturn:
    """Name the documents without a sound content, and end with 1."""
    click.echo(f"{len(lost):,} files are missing or damaged:")
    for digest, called in sorted(lost.items(), key=lambda one: one[1]):
        click.echo(f"  {', '.join(called) or 'no document has it'}: {digest}")
    raise click.ClickException(what)
