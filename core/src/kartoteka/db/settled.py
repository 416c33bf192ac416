"""Whether the tables are where the code wants them, asked at every start, for which Alembic takes too long to load."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from kartoteka.db.engine import Database
from kartoteka.db.lineages import Lineage
from kartoteka.db.references import KnownModule

_NUMBERED = re.compile(r"(\d{4}[a-z]?)_\w+")


def is_settled(database: Database, lineages: Sequence[Lineage]) -> bool:
    """Say whether an upgrade surely finds nothing to do: newest revisions, and modules remembered as they are.

    Goes by the numbers that ``new_revision`` gives to files. False where anything differs, and where files are named in
    another way: then ask Alembic.
    """
    with database.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        return _remembers(connection, tables, lineages) and all(
            _is_newest(connection, tables, one.version_table, one.versions) for one in lineages if one.versions
        )


def _remembers(connection: Connection, tables: set[str], lineages: Sequence[Lineage]) -> bool:
    known = KnownModule.__table__
    if known.name not in tables:
        return False
    versions = {row.module: row.version for row in connection.execute(select(known.c.module, known.c.version))}
    return all(versions.get(one.name) == one.version for one in lineages)


def _is_newest(connection: Connection, tables: set[str], version_table: str, versions: Path) -> bool:
    names = [path.stem for path in versions.glob("*.py") if path.stem != "__init__"]
    numbers = sorted(found[1] for name in names if (found := _NUMBERED.fullmatch(name)))
    if not numbers or len(set(numbers)) != len(names) or version_table not in tables:
        return False
    at = connection.scalars(select(column("version_num")).select_from(table(version_table))).all()
    return list(at) == numbers[-1:]
