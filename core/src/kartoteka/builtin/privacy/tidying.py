"""The job after an erasure: contents of files that nothing names any more, and what the database's file still holds."""

from __future__ import annotations

import sqlite3

from kartoteka.db.blobs import named_among
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
    named = named_among(raw_connection(session), contents)
    for digest in contents:
        if digest not in named:
            session.database.blobs.remove(digest)
    job.finish(_("Tidied up."))


JOBS = [Job(name="tidy", title=_("Tidy up after an erasure"), run=remove_contents, outside=write_file_anew)]
