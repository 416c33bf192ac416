"""Tables of imports: the file and what was decided about it, what was wrong with its lines, what came of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.clock import utc_now
from kartoteka.db.rights import PUBLIC
from kartoteka.db.types import JsonDict, StoredText, UTCDateTime
from kartoteka.vocabulary.message import Translatable

USE = "importing.use"
SEE_ALL = "importing.see_all"


class Stage(StrEnum):
    """How far an import is; FAILED and STOPPED are never stored: they follow from the job, see ``ended``."""

    FILE = "file"
    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can(SEE_ALL) else Import.user_id == actor.user_id


def _of_own(actor: Actor) -> ColumnElement[bool] | None:
    if actor.can(SEE_ALL):
        return None
    return ImportProblem.import_id.in_(select(Import.id).where(Import.user_id == actor.user_id))


class Import(Record, Model):
    """A file that somebody imports, from the upload to the result (X-02).

    ``folder`` names the folder of the file while it is kept, ``digest`` is SHA-256 of what is read of it. ``form`` says
    how the file is written, ``columns`` which column goes into which field, by title. ``checked`` and ``result`` count
    lines by what would become, and became, of them.
    """

    __tablename__ = "core_import"
    __row_scope__ = staticmethod(_own)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    target: Mapped[str] = mapped_column(String(127))
    filename: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(40), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    lines: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    stage: Mapped[str] = mapped_column(String(10), default=Stage.FILE)
    form: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    columns: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    key: Mapped[str] = mapped_column(String(60), default="")
    key_column: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    duplicates: Mapped[str] = mapped_column(String(10), default="skip")
    checked: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    job_id: Mapped[int | None]
    operation_id: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ImportProblem(Model):
    """What is wrong with a line; ``phase`` is "check" or "import", ``severity`` error, warning or duplicate."""

    __tablename__ = "core_import_problem"
    __row_scope__ = staticmethod(_of_own)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("core_import.id", ondelete="CASCADE"))
    phase: Mapped[str] = mapped_column(String(10))
    line: Mapped[int]
    field: Mapped[str] = mapped_column(String(60), default="")
    severity: Mapped[str] = mapped_column(String(10))
    message: Mapped[Translatable] = mapped_column(StoredText)

    __table_args__ = (Index("ix_core_import_problem_by_import", "import_id", "phase", "id"),)


class ImportedRecord(Model):
    """A record that an import created or changed, so that lists can show them together."""

    __tablename__ = "core_import_record"
    __row_scope__ = PUBLIC

    import_id: Mapped[int] = mapped_column(ForeignKey("core_import.id", ondelete="CASCADE"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ImportMapping(Model):
    """How the columns of files with the same titles were mapped last time; ``fingerprint`` stands for the titles."""

    __tablename__ = "core_import_mapping"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(127))
    fingerprint: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    key: Mapped[str] = mapped_column(String(60), default="")
    key_column: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    __table_args__ = (UniqueConstraint("target", "fingerprint"),)
