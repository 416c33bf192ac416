"""The job after an erasure: contents of files that nothing names any more, and what the database's file still holds."""

from __future__ import annotations

import sqlite3

from sqlalchemy import column, inspect, select, table

from kartoteka.db.blobs import is_blob_column
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session, workplace
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.vocabulary.message import text as _

PATIENCE = 30


def write_file_anew(job: RunningJob) -> None:
    """Let SQLite write its file anew: parts of what was changed earlier lie in it until their place is used again."""
    database = workplace.get().database
    path = database.url.database
    if not database.is_sqlite or not path or path == ":memory:":
        return
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def remove_contents(session: Session, job: RunningJob) -> None:
    """Remove the contents that the erased records named, unless another record names them too."""
    contents = [str(one) for one in job.payload.get("contents", ())]
    named = _named(session, contents)
    for digest in contents:
        if digest not in named:
            session.database.blobs.remove(digest)
    job.finish(_("Tidied up."))


def _named(session: Session, contents: list[str]) -> set[str]:
    connection, found = raw_connection(session), set[str]()
    inspector = inspect(connection)
    for name in inspector.get_table_names() if contents else ():
        for one in inspector.get_columns(name):
            if is_blob_column(one["name"]):
                place = table(name, column(one["name"])).c[one["name"]]
                found.update(connection.scalars(select(place).where(place.in_(contents))))
    return found


JOBS = [Job(name="tidy", title=_("Tidy up after an erasure"), run=remove_contents, outside=write_file_anew)]
