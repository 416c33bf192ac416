"""Reads of documents: those of a client or a record, one with its versions, and its content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from kartoteka.builtin.directories.queries import coded_entries
from kartoteka.builtin.files.fields import FILE, KINDS, LINK, STATUSES, VERSION, VIEW
from kartoteka.builtin.files.models import KIND_DIRECTORY, SEE_ALL, STATUS_DIRECTORY, File, FileLink, FileVersion
from kartoteka.builtin.users.queries import User
from kartoteka.db.blobs import open_blob
from kartoteka.db.session import Session, actor_of, as_system, find_or_none
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Choice
from kartoteka.extension.seeing import CLIENT_KIND, demand_seen, find_seen, summaries_of
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary, is_id

PAGE = 100
_MOST_MERGED = 20
SEE_FILES = VIEW
"""The right that the documents of a record ask for."""


def file_url(id: int) -> str:
    """Return the address of a document's page."""
    return f"/files/{id}"


def see_file(session: Session, file_id: int) -> File:
    """Return a document if the actor may see it and the record that it was added to; raises NotFound otherwise.

    A document of a record that only some see is found by them through the record, whatever the lists show.
    """
    if not is_id(file_id):
        raise NotFound
    actor = actor_of(session)
    file = find_or_none(session, File, file_id)
    if file is None:
        with as_system(session, reason="document of a record that is seen"):
            file = session.scalar(select(File).where(File.id == file_id, File.needs == SEE_ALL))
        if file is None or file.about is None:
            raise NotFound
    elif file.about is None or actor.is_system or (file.needs == SEE_ALL and actor.can(SEE_ALL)):
        return file
    demand_seen(session, file.about)
    return file


def files_of_client(
    session: Session,
    client_id: int,
    *,
    state: str = RecordState.ACTIVE,
    status: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> list[File]:
    """Return documents of a client, the latest first; ``before`` (an id) continues below one already shown."""
    chosen = select(File).where(File.client_id == client_id, File.state == state)
    if status:
        chosen = chosen.where(File.status == status)
    if before is not None:
        chosen = chosen.where(File.id < before)
    return list(session.scalars(chosen.order_by(File.id.desc()).limit(limit)))


@dataclass(frozen=True)
class FileChoices:
    """The kinds and the statuses that documents have, and those that are still offered, by their values."""

    kinds: Mapping[str, Choice]
    statuses: Mapping[str, Choice]
    offered_kinds: Mapping[str, Choice]
    offered_statuses: Mapping[str, Choice]


def choices_of_files(session: Session) -> FileChoices:
    """Return the kinds and the statuses of documents; one statement.

    A kind that modules store is known by the name that it began with, also once its entry is gone.
    """
    found = coded_entries(session, [KIND_DIRECTORY, STATUS_DIRECTORY])
    kinds, statuses = found[KIND_DIRECTORY], found[STATUS_DIRECTORY]
    return FileChoices(
        kinds={**{one.value: one for one in KINDS}, **{one.value: one for one, _closed in kinds}},
        statuses={**{one.value: one for one in STATUSES}, **{one.value: one for one, _closed in statuses}},
        offered_kinds={one.value: one for one, is_closed in kinds if not is_closed},
        offered_statuses={one.value: one for one, is_closed in statuses if not is_closed},
    )


def count_files(client_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the number of documents of a client as a part of the one statement that counts."""
    counted = select(func.count(File.id)).where(File.client_id == client_id, File.state == RecordState.ACTIVE)
    return counted.scalar_subquery()


def files_of_record(session: Session, record: RecordRef, *, limit: int = PAGE) -> list[File]:
    """Return the documents of a record, the newest first; raises NotFound when the actor may not see the record."""
    if record.kind == CLIENT_KIND:
        return files_of_client(session, record.id, limit=limit)
    demand_seen(session, record)
    linked = select(FileLink.file_id).where(FileLink.record_kind == record.kind, FileLink.record_id == record.id)
    own = (File.about_kind == record.kind) & (File.about_id == record.id)
    chosen = select(File).where(File.state == RecordState.ACTIVE)
    with as_system(session, reason="documents of a record that is seen"):
        added = list(session.scalars(chosen.where(own).order_by(File.id.desc()).limit(limit)))
        ids = list(session.scalars(linked))
    others = session.scalars(chosen.where(File.id.in_(ids))) if ids else []
    found = {one.id: one for one in [*added, *others]}
    return sorted(found.values(), key=lambda one: one.id, reverse=True)[:limit]


def files_with(session: Session, digest: str | None) -> list[File]:
    """Return the documents that the actor sees and that have, or had, this very content; the newest first."""
    if digest is None:
        return []
    having = select(FileVersion.file_id).where(FileVersion.blob == digest)
    chosen = select(File).where(File.id.in_(having), File.state == RecordState.ACTIVE)
    return list(session.scalars(chosen.order_by(File.id.desc()).limit(PAGE)))


@dataclass(frozen=True)
class SavedVersion:
    """A version as the document's page lists it."""

    id: int
    number: int
    filename: str
    size: int
    comment: str
    saved_by: str
    saved_at: datetime


def versions_of(session: Session, file: File) -> list[SavedVersion]:
    """Return the versions of a document that the actor has been shown, the newest first."""
    saved = select(FileVersion, User.name).outerjoin(User, User.id == FileVersion.saved_by)
    with as_system(session, reason="versions of a document that is seen"):
        rows = session.execute(saved.where(FileVersion.file_id == file.id).order_by(FileVersion.number.desc())).all()
    return [
        SavedVersion(one.id, one.number, one.filename, one.size, one.comment, name or "", one.created_at)
        for one, name in rows
    ]


def find_version(session: Session, file: File, number: int) -> FileVersion:
    """Return a version of a document that the actor may see; raises NotFound."""
    with as_system(session, reason="version of a document that is seen"):
        found = session.scalar(select(FileVersion).where(FileVersion.file_id == file.id, FileVersion.number == number))
    if found is None:
        raise NotFound
    return found


def open_content(session: Session, holder: File | FileVersion) -> BinaryIO:
    """Return the content of a document or of a version, checked by its hash; close it. Raises as `open_blob` does."""
    return open_blob(session.database.blobs, holder.blob)


def file_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of those of these documents that the actor sees."""
    wanted = sorted(set(ids))
    rows = session.execute(select(File.id, File.filename).where(File.id.in_(wanted))) if wanted else ()
    return {row.id: row.filename for row in rows}


def links_of(session: Session, file: File) -> list[RecordRef]:
    """Return the records that a document belongs to beside its own, as far as the actor may see them."""
    with as_system(session, reason="links of a document that is seen"):
        found = list(session.scalars(select(FileLink).where(FileLink.file_id == file.id).order_by(FileLink.id)))
    return [one.record for one in found if find_seen(session, one.record) is not None]


def summarise_files(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return how documents are shown in one line."""
    rows = session.execute(select(File.id, File.number, File.title, File.kind, File.state).where(File.id.in_(ids)))
    kinds = choices_of_files(session).kinds
    return {
        row.id: RecordSummary(
            RecordRef(FILE, row.id),
            title=row.title,
            subtitle=f"{row.number} · {kinds[row.kind].title if row.kind in kinds else row.kind}",
            url=file_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def summarise_versions(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return how versions are shown in one line."""
    rows = session.execute(
        select(FileVersion.id, FileVersion.file_id, FileVersion.number, FileVersion.filename).where(
            FileVersion.id.in_(ids)
        )
    )
    return {
        row.id: RecordSummary(
            RecordRef(VERSION, row.id), title=row.filename, subtitle=str(row.number), url=file_url(row.file_id)
        )
        for row in rows
    }


def version_url(id: int) -> str:
    """Return the address that leads to the document of a version."""
    return f"/files/versions/{id}"


def summarise_links(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return how links are shown in one line: the document, and what it belongs to as far as the reader sees that."""
    rows = session.scalars(select(FileLink).where(FileLink.id.in_(ids))).all()
    told = summaries_of(session, [ref for row in rows for ref in (RecordRef(FILE, row.file_id), row.record)])
    found: dict[int, RecordSummary] = {}
    for row in rows:
        named = (told.get(ref) for ref in (RecordRef(FILE, row.file_id), row.record))
        title = " → ".join(one.title for one in named if one is not None)
        found[row.id] = RecordSummary(RecordRef(LINK, row.id), title=title or str(row.id), url=file_url(row.file_id))
    return found


def link_url(id: int) -> str:
    """Return the address that leads to the document of a link."""
    return f"/files/links/{id}"


def client_numbered(session: Session, number: str) -> int | None:
    """Return the client with this number if the actor may see it."""
    client = _client_model(session)
    found: int | None = session.scalar(select(client.id).where(client.number == number))
    return found


def kept_client_id(session: Session, client_id: int) -> int | None:
    """Return the client if the actor sees it, or the one that it was merged into; None when there is none."""
    client = _client_model(session)
    for _step in range(_MOST_MERGED):
        found = session.execute(select(client.id, client.merged_into_id).where(client.id == client_id)).first()
        if found is None or found.merged_into_id is None:
            return found.id if found else None
        client_id = found.merged_into_id
    return None


def client_names(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return (number, name) of those of these clients that the actor may see."""
    client, wanted = _client_model(session), sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(select(client.id, client.number, client.name).where(client.id.in_(wanted)))
    return {row.id: (row.number, row.name) for row in rows}


def _client_model(session: Session) -> Any:
    return extension_of(session).registry.kind(CLIENT_KIND).model
