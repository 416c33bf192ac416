"""Makes a backup of one moment while people go on working."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Table, select

from kartoteka.backup.archive import Writer, writing
from kartoteka.backup.manifest import Counted, Manifest
from kartoteka.backup.shapes import shape_of
from kartoteka.backup.tables import all_tables, is_version_table, last_ids, lines_of
from kartoteka.backup.uploads import write_uploads
from kartoteka.db.blobs import BlobBroken, BlobMissing, BlobStore, Lost, lost_contents, open_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.lineages import VERSION_TABLE
from kartoteka.installation import Installation
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _


class ContentsLost(BlobBroken):
    """Contents are missing or damaged: ``lost`` says what the rows call them, by digest."""

    def __init__(self, lost: Lost) -> None:
        super().__init__()
        self.lost = lost


def make_backup(installation: Installation, path: Path, *, despite_damage: bool = False) -> Manifest:
    """Write all tables and contents into a new archive and return its table of contents.

    The tables are those of one moment. Contents come after them: what a row names is kept for a month at least, so
    that nothing is missing. The installation's secret is left out. Raises Problem when the file is there already or
    can't be written, and ContentsLost when contents that rows name are missing, or some are damaged; with
    ``despite_damage`` these are left out, and the table of contents names them.
    """
    if path.exists():
        raise Problem(_("%(path)s already exists. Choose another name.", path=str(path)))
    try:
        with installation.database.snapshot() as connection, writing(path) as archive:
            manifest = _write(installation, connection, archive, despite_damage)
            archive.write_manifest(manifest)
    except OSError as error:
        reason = error.strerror or ""
        raise Problem(_("%(path)s can't be written: %(reason)s.", path=str(path), reason=reason)) from error
    return manifest


def _write(installation: Installation, connection: Connection, archive: Writer, despite_damage: bool) -> Manifest:
    tables = all_tables(connection)
    written = _write_tables(connection, tables, archive)
    files, damaged = _write_files(installation.database.blobs, archive)
    lost = lost_contents(connection, files, damaged)
    if lost and not despite_damage:
        raise ContentsLost(lost)
    return Manifest(
        made_at=utc_now().isoformat(timespec="seconds"),
        version=version("kartoteka"),
        engine=connection.dialect.name,
        revisions=_revisions(connection, tables),
        last_ids=last_ids(connection, tables),
        shapes={table.name: shape_of(table) for table in tables},
        tables=written,
        files=files,
        uploads=write_uploads(installation, connection, archive),
        lost=lost,
    )


def _write_tables(connection: Connection, tables: list[Table], archive: Writer) -> dict[str, Counted]:
    return {table.name: archive.write_table(table.name, lines_of(connection, table)) for table in tables}


def _write_files(store: BlobStore, archive: Writer) -> tuple[dict[str, int], list[str]]:
    """Write the sound contents; return their sizes by digest, and the digests of the damaged ones."""
    written: dict[str, int] = {}
    damaged: list[str] = []
    for stored in store.listed():
        try:
            source = open_blob(store, stored.digest)
        except BlobBroken:
            damaged.append(stored.digest)
        except BlobMissing:
            continue  # removed since it was listed: no row names it, or it is found among the lost ones
        else:
            with source:
                archive.write_file(stored.digest, source)
            written[stored.digest] = stored.size
    return written, damaged


def _revisions(connection: Connection, tables: list[Table]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in filter(is_version_table, tables):
        revision = connection.scalar(select(table.columns.version_num))
        if revision is not None:
            found[table.name.removeprefix(VERSION_TABLE)] = revision
    return found
