"""Restores a backup into an empty database of either engine, and checks that everything arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, DropConstraint

from kartoteka.backup.archive import ArchiveBroken, Digest, Reader, reading
from kartoteka.backup.manifest import Counted, Manifest
from kartoteka.backup.shapes import table_of
from kartoteka.backup.tables import all_tables, fill_table, lines_of, set_last_ids
from kartoteka.backup.uploads import PART, restore_uploads
from kartoteka.builtin.users.models import User
from kartoteka.db import migrate
from kartoteka.db.blobs import Lost, is_blob_column, lost_contents, note_lost, put
from kartoteka.db.migrating import checked_foreign_keys, migration_connection
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _


def restore_backup(installation: Installation, path: Path) -> Manifest:
    """Fill an empty database, and the store of contents, from an archive; return its table of contents.

    All rows come in one transaction, which is committed only when each table has the rows and the digest that it had.
    Raises Problem when somebody uses the database already, when the installed modules have other tables than the
    archive, or when the archive is damaged; the database is empty then, as before.
    """
    with reading(path) as archive:
        _refuse_used(installation)
        migrate.upgrade(installation.database, lineages(installation.registry))
        _refuse_other_tables(installation, archive.manifest)
        with migration_connection(installation.database) as connection:
            _restore_files(installation, archive)
            restore_uploads(installation, archive)
            _restore_tables(connection, archive)
            lost = lost_contents(connection, archive.manifest.files)
        return replace(archive.manifest, lost=archive.manifest.lost | lost)


def check_backup(path: Path) -> Manifest:
    """Read a whole archive and return its table of contents; raises ArchiveBroken when anything is damaged.

    Contents that its rows name and that it lacks are among its ``lost`` ones, also when whoever made it did not know.
    """
    with reading(path) as archive:
        found: Lost = {}
        for table in archive.manifest.tables:
            _read_table(archive, table, found)
        for digest in archive.manifest.files:
            archive.check_content(digest)
        for name in archive.manifest.uploads:
            archive.check_upload(name, PART)
        return replace(archive.manifest, lost=archive.manifest.lost | found)


def _read_table(archive: Reader, table: str, lost: Lost) -> None:
    """Read a table to its end, and note the contents that it names and that the archive lacks."""
    columns = [str(column["name"]) for column in archive.manifest.shapes.get(table, {}).get("columns", ())]
    blobs = [name for name in columns if is_blob_column(name)]
    for line in archive.lines(table):
        if blobs:
            row = dict(zip(columns, _values(line, table), strict=False))
            note_lost(lost, table, [row], blobs, archive.manifest.files)


def _values(line: bytes, table: str) -> list[str]:
    try:
        return ["" if value is None else str(value) for value in json.loads(line)]
    except (ValueError, TypeError) as error:
        raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=table)) from error


def _refuse_other_tables(installation: Installation, manifest: Manifest) -> None:
    found = migrate.status(installation.database, lineages(installation.registry)).revisions
    differing = [one.name for one in found if manifest.revisions.get(one.name, one.current) != one.current]
    if differing:
        text_ = _("The backup has other tables than this version of %(modules)s. Install version %(version)s, restore "
                  "there, then upgrade.", modules=", ".join(differing), version=manifest.version)  # fmt: skip
        raise Problem(text_)


def _refuse_used(installation: Installation) -> None:
    with installation.database.snapshot() as connection:
        if not inspect(connection).has_table(User.__tablename__):
            return
        if connection.execute(select(User.id).limit(1)).first() is not None:
            raise Problem(_("Somebody uses this database already. A backup is restored into an empty one."))


def _restore_files(installation: Installation, archive: Reader) -> None:
    for digest, size in archive.manifest.files.items():
        archive.check_content(digest)
        with archive.content(digest) as source:
            put(installation.database.blobs, source, limit=max(size, 1))


def _restore_tables(connection: Connection, archive: Reader) -> None:
    try:
        with connection.begin(), checked_foreign_keys(connection):
            _create_missing(connection, archive.manifest)
            tables = all_tables(connection)
            with _without_references(connection, tables):
                _fill_all(connection, tables, archive)
            set_last_ids(connection, tables, archive.manifest.last_ids)
            _compare(connection, tables, archive.manifest.tables)
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or [""])[0]
        raise Problem(_("The database refuses rows of the backup: %(reason)s", reason=reason)) from error


def _create_missing(connection: Connection, manifest: Manifest) -> None:
    """Create the tables of modules that are not installed here: their data waits, as it did."""
    metadata = MetaData()
    known = {table.name for table in all_tables(connection)}
    missing = [table_of(name, shape, metadata) for name, shape in manifest.shapes.items() if name not in known]
    if missing:
        metadata.reflect(connection, only=sorted(known), resolve_fks=False)
        metadata.create_all(connection, tables=missing, checkfirst=False)


@contextmanager
def _without_references(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """Let rows come in any order: on PostgreSQL references are checked when they are made anew, at the end."""
    found = (
        [] if connection.dialect.name == "sqlite" else [each for one in tables for each in one.foreign_key_constraints]
    )
    for constraint in found:
        connection.execute(DropConstraint(constraint))
    yield
    for constraint in found:
        connection.execute(AddConstraint(constraint))


def _fill_all(connection: Connection, tables: list[Table], archive: Reader) -> None:
    manifest = archive.manifest
    for table in tables:
        connection.execute(table.delete())
        if table.name not in manifest.tables:
            continue
        columns = [column["name"] for column in manifest.shapes[table.name]["columns"]]
        if unknown := set(columns) - set(table.columns.keys()):
            raise ArchiveBroken(_("The table %(table)s has no column %(column)s here.", table=table.name,
                                  column=", ".join(sorted(unknown))))  # fmt: skip
        try:
            fill_table(connection, table, columns, archive.lines(table.name))
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ArchiveBroken(_("The backup is damaged: %(part)s.", part=table.name)) from error


def _compare(connection: Connection, tables: list[Table], expected: Mapping[str, Counted]) -> None:
    for table in tables:
        if table.name in expected and _count(connection, table) != expected[table.name]:
            raise ArchiveBroken(_("The table %(table)s did not arrive as it was.", table=table.name))


def _count(connection: Connection, table: Table) -> Counted:
    digest = Digest()
    for line in lines_of(connection, table):
        digest.add(line)
    return digest.counted
