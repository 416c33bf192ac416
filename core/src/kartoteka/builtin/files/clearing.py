"""The job that removes contents which no record has named for a month, and documents that lay in the bin as long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from kartoteka.builtin.files.models import File, FileVersion, LooseBlob
from kartoteka.db import blobs
from kartoteka.db.blobs import BlobStore, StoredBlob
from kartoteka.db.chunks import chunks
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import delete_rows
from kartoteka.db.session import Session, as_system, workplace
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

KEPT = timedelta(days=31)
"""A day longer than work can be undone: what comes back finds its content."""
YOUNG = timedelta(days=1)
"""A content may have been put and not be named yet, because its transaction still runs."""
_SYSTEM = "contents that nobody names"
_AT_ONCE = 200


def named_among(session: Session, digests: Iterable[str]) -> set[str]:
    """Return those of these contents that some table names, of modules with and without code."""
    with as_system(session, reason=_SYSTEM):
        connection = session.connection()
        if (columns := session.info.get("blob_columns")) is None:
            columns = session.info["blob_columns"] = blobs.blob_columns(connection)
        return blobs.named_among(connection, digests, columns)


def look_for_loose(job: RunningJob) -> None:
    """Remove contents that were loose for a month, and note those that are loose since now."""
    if job.step:
        return
    place = workplace.get()
    store, now = place.database.blobs, utc_now()
    removed = 0
    for part in chunks(one for one in store.listed() if now - one.kept_at > YOUNG):
        with place.database.transaction(place.actor) as session:
            due = _note(session, part)
        for digest in due:
            removed += _remove(store, digest)
    job.found = removed


def _remove(store: BlobStore, digest: str) -> int:
    """Remove a content unless it has been put again since it was listed; return how many were removed."""
    kept_at = store.kept_at(digest)
    if kept_at is None or utc_now() - kept_at <= YOUNG:
        return 0
    store.remove(digest)
    return 1


def _note(session: Session, part: list[StoredBlob]) -> list[str]:
    """Bring the notes of loose contents up to date; return those whose month is over, their notes removed."""
    digests = [one.digest for one in part]
    used = named_among(session, digests)
    due = []
    with as_system(session, reason=_SYSTEM):
        noted = {one.digest: one for one in session.scalars(select(LooseBlob).where(LooseBlob.digest.in_(digests)))}
        for digest in digests:
            note = noted.get(digest)
            if digest in used or (note is not None and utc_now() - note.since > KEPT):
                due += [] if digest in used else [digest]
                if note is not None:
                    session.delete(note)
            elif note is None:
                session.add(LooseBlob(digest=digest))
        session.flush()
    return due


def clear_away(session: Session, job: RunningJob) -> None:
    """Delete documents that have lain in the bin for a month, and say what was removed."""
    with as_system(session, reason="documents in the bin for a month"):
        emptied = _empty_bin(session)
        session.execute(delete(LooseBlob).where(LooseBlob.since < utc_now() - 2 * KEPT))
    job.checkpoint["files"] = job.checkpoint.get("files", 0) + emptied
    job.checkpoint["contents"] = job.checkpoint.get("contents", 0) + (job.found or 0)
    if emptied:
        job.again()
        return
    count = job.checkpoint["contents"]
    job.finish(plural_text("%(count)s unused file removed", "%(count)s unused files removed", count))


def _empty_bin(session: Session) -> int:
    long_ago = select(File.id).where(File.state == RecordState.DELETED, File.binned_at < utc_now() - KEPT)
    ids = list(session.scalars(long_ago.order_by(File.id).limit(_AT_ONCE)))
    if ids:
        versions = list(session.scalars(select(FileVersion.id).where(FileVersion.file_id.in_(ids))))
        delete_rows(session, FileVersion.__table__.name, versions)
        delete_rows(session, File.__table__.name, ids)
    return len(ids)


JOBS = [Job(name="clear", title=_("Remove unused files"), run=clear_away, outside=look_for_loose)]
SCHEDULES = [Schedule(job="files.clear", cron="15 3 * * *", title=_("Every night"))]
