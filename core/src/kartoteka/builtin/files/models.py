"""Tables of the document register: documents, their versions, what else they belong to, and locks of programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.blobs import blob_digest
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import DERIVED, SortText, UTCDateTime, client_id, directory_code, record_ref
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import sort_key

NAME_LENGTH = 200
RIGHT_LENGTH = 130
KIND_DIRECTORY, STATUS_DIRECTORY = "files.kinds", "files.statuses"
SEE_ALL = "files.see_all"
"""The right to documents of records that only some see; what such a document ``needs``."""


class File(Record, Stateful, Model):
    """A document of the register (CORE-14 to CORE-17); ``blob`` and what describes it are those of its last version.

    ``about`` is the record that it was added to, when that is not the client itself; ``needs`` is the right that this
    record's kind asks for: who lacks it does not see the document either. ``words`` are what was read out of the
    version ``words_blob``, for the search only.
    """

    __tablename__ = "core_file"

    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    title_sort: Mapped[str] = mapped_column(SortText(NAME_LENGTH), default="", info=DERIVED)
    kind: Mapped[str] = directory_code(KIND_DIRECTORY, default="other")
    status: Mapped[str] = directory_code(STATUS_DIRECTORY, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    client_id: Mapped[int | None] = client_id(nullable=True, index=False)
    about: Mapped[RecordRef | None] = record_ref("about")
    needs: Mapped[str] = mapped_column(String(RIGHT_LENGTH), default="")
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    registered_on: Mapped[date]
    keep_until: Mapped[date | None]
    binned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    latest: Mapped[int] = mapped_column(default=1)
    filename: Mapped[str] = mapped_column(String(NAME_LENGTH))
    mimetype: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)
    blob: Mapped[str] = blob_digest()
    words: Mapped[str | None] = deferred(mapped_column(Text))
    words_blob: Mapped[str | None] = blob_digest(nullable=True)

    __table_args__ = (
        Index("ix_core_file_by_title", "state", "title_sort", "id"),
        Index("ix_core_file_by_day", "state", "registered_on", "id"),
        Index("ix_core_file_by_number", "state", "number", "id"),
        Index("ix_core_file_of_client", "client_id", "state", "id"),
    )
    derives_from = frozenset({"title"})

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"title_sort": sort_key(values.get("title") or "")[:NAME_LENGTH]}


class FileVersion(Record, Model):
    """A content that a document has, or had; old ones stay (CORE-17). ``comment`` says what was changed."""

    __tablename__ = "core_file_version"

    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id", ondelete="CASCADE"))
    number: Mapped[int]
    client_id: Mapped[int | None] = client_id(nullable=True, index=False)
    needs: Mapped[str] = mapped_column(String(RIGHT_LENGTH), default="")
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    filename: Mapped[str] = mapped_column(String(NAME_LENGTH))
    mimetype: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)
    blob: Mapped[str] = blob_digest()
    comment: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")

    __table_args__ = (
        UniqueConstraint("file_id", "number"),
        Index("ix_core_file_version_of_client", "client_id", "created_at", "id"),
    )


class FileLink(Record, Model):
    """Another record that a document belongs to, such as the activities of a project (CORE-15).

    A record of its own, so that the change log tells who linked what, and an undo takes it back.
    """

    __tablename__ = "core_file_link"

    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id", ondelete="CASCADE"))
    record: Mapped[RecordRef] = record_ref("record", nullable=False)
    client_id: Mapped[int | None] = client_id(nullable=True)
    needs: Mapped[str] = mapped_column(String(RIGHT_LENGTH), default="")

    __table_args__ = (UniqueConstraint("file_id", "record_kind", "record_id"),)


class DavLock(Model):
    """A document that a program has open over WebDAV and nobody else may save (RFC 4918, section 6)."""

    __tablename__ = "core_dav_lock"
    __row_scope__ = SYSTEM_ONLY

    token: Mapped[str] = mapped_column(String(100), primary_key=True)
    root: Mapped[str] = mapped_column(String(1000), index=True)
    content: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LooseBlob(Model):
    """A content that no record names, and since when: it is removed a month later."""

    __tablename__ = "core_loose_blob"
    __row_scope__ = SYSTEM_ONLY

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)


_users = table("core_user", column("id"), column("department_id")).alias("registering_user")


def _registered(actor: Actor, owner: ColumnElement[int | None]) -> ColumnElement[bool] | None:
    if actor.reach is Reach.ALL or actor.can(SEE_ALL):
        return None
    if actor.reach is Reach.DEPARTMENT and actor.department_id is not None:
        return owner.in_(select(_users.c.id).where(_users.c.department_id == actor.department_id))
    return owner == actor.user_id


def own_files(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for documents without a client: those that were registered within the actor's reach."""
    return _registered(actor, File.__table__.c.registered_by)


def own_versions(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for versions of documents without a client: those that were saved within the actor's reach."""
    return _registered(actor, FileVersion.__table__.c.saved_by)


def own_links(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for links of documents without a client: those of documents that were registered within his reach."""
    condition = own_files(actor)
    return None if condition is None else FileLink.__table__.c.file_id.in_(select(File.__table__.c.id).where(condition))
