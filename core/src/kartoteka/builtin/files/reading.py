"""The job that reads the words out of documents for the search; the reading itself is done in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from kartoteka.builtin.files.models import File
from kartoteka.confined import ReadingFailed, read_text
from kartoteka.db.blobs import BlobStore, open_blob
from kartoteka.db.session import Session, as_system, workplace
from kartoteka.extension.declarations.work import Job, RunningJob, Schedule
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _

MOST_WORDS = 300_000
_LARGEST = 60 * 1024 * 1024
_AT_ONCE = 20
_SYSTEM = "words of documents for the search"


@dataclass(frozen=True)
class _Read:
    file_id: int
    blob: str
    words: str


@dataclass
class _Step:
    read: list[_Read] = field(default_factory=list)
    is_last: bool = True


def gather_words(job: RunningJob) -> None:
    """Read the words of the document that the job is for, or of some whose words are not those of their content."""
    place = workplace.get()
    with place.database.reading(place.actor) as session, as_system(session, reason=_SYSTEM):
        asked = job.payload.get("file")
        stale = select(File.id, File.blob, File.filename, File.size).where(
            or_(File.words_blob.is_(None), File.words_blob != File.blob)
        )
        wanted = stale.where(File.id == asked) if isinstance(asked, int) else stale.order_by(File.id).limit(_AT_ONCE)
        rows = session.execute(wanted).all()
    job.found = done = _Step()
    for row in rows:
        done.read.append(_Read(row.id, row.blob, _words_of(place.database.blobs, row)))
        if job.time_is_up:
            # Kept before the next one is begun: a document may take half a minute, and a step that is too long is lost.
            break
    done.is_last = len(done.read) == len(rows) < _AT_ONCE


def keep_words(session: Session, job: RunningJob) -> None:
    """Store what was read, unless a newer version has come meanwhile."""
    done: _Step = job.found or _Step()
    with as_system(session, reason=_SYSTEM):
        for one in done.read:
            file = session.scalar(select(File).where(File.id == one.file_id, File.blob == one.blob))
            if file is not None:
                file.words, file.words_blob = one.words, one.blob
        session.flush()
    if not done.is_last:
        job.again()
        return
    job.finish(_("The search knows the words of the documents."))


def _words_of(store: BlobStore, row: Any) -> str:
    """Return the words of a content; none when it can't be read, so that it is not tried for ever."""
    if row.size > _LARGEST:
        return ""
    try:
        with open_blob(store, row.blob) as stream:
            return read_text(stream, row.filename).text[:MOST_WORDS]
    except (ReadingFailed, Problem):
        return ""


JOBS = [
    Job(
        name="read_words",
        title=_("Read the words of documents"),
        run=keep_words,
        outside=gather_words,
        unique_by=("file",),
    )
]
SCHEDULES = [Schedule(job="files.read_words", cron="40 2 * * *", title=_("Every night"))]
