"""Files that were uploaded for an import and wait for it: they lie on the disk, beside the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from kartoteka.backup.archive import Reader, Writer
from kartoteka.backup.manifest import Counted
from kartoteka.builtin.importing.models import Import
from kartoteka.installation import Installation

_TABLE = Import.__table__
PART = re.compile(r"[0-9a-f]{32}/(uploaded|rows\.csv)")


def write_uploads(installation: Installation, connection: Connection, archive: Writer) -> dict[str, Counted]:
    """Write the files of imports that wait at this moment; one that is done with meanwhile is left out."""
    written = {}
    for path in _waiting(_root(installation), connection):
        name = f"{path.parent.name}/{path.name}"
        try:
            with path.open("rb") as source:
                written[name] = archive.write_upload(name, source)
        except FileNotFoundError:
            continue
    return written


def restore_uploads(installation: Installation, archive: Reader) -> None:
    """Put the files where the imports look for them; raises ArchiveBroken for one that is damaged."""
    for name in archive.manifest.uploads:
        archive.check_upload(name, PART)
        target = _root(installation) / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.upload(name) as source, target.open("wb") as file:
            while piece := source.read(1024 * 1024):
                file.write(piece)


def _waiting(root: Path, connection: Connection) -> Iterator[Path]:
    if not inspect(connection).has_table(_TABLE.name):
        return
    for folder in connection.scalars(select(_TABLE.c.folder).where(_TABLE.c.folder != "")):
        for path in (root / folder / "uploaded", root / folder / "rows.csv"):
            if PART.fullmatch(f"{folder}/{path.name}") and path.is_file():
                yield path


def _root(installation: Installation) -> Path:
    return installation.database.files / "imports"
