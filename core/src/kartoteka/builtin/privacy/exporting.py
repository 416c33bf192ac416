"""Everything that is kept about a client as one ZIP: for programs as JSON, for people as a page, and the files."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

from sqlalchemy import ColumnElement, and_, or_, select

from kartoteka.builtin.privacy.holdings import Holdings, Part, title_in_words
from kartoteka.builtin.privacy.persons import PersonHoldings
from kartoteka.db.blobs import BlobBroken, BlobMissing, is_blob_column, open_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.coding import encode
from kartoteka.db.journal.models import JournalEntry
from kartoteka.db.members import spread
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.message import text as _

_KEPT_IN_MEMORY = 8 * 1024 * 1024
_UNSAFE = re.compile(r"[^\w.\- ]+")
_NAMES = ("filename", "name", "title", "subject")
_journal: Any = JournalEntry.__table__


@dataclass
class Told:
    """A table of the page: its title, the titles of its columns, and its rows as texts."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[str]]


@dataclass
class Package:
    """What goes into the file: ``data`` as JSON keeps it, ``told`` as people read it, ``contents`` by path."""

    data: dict[str, Any] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)


def pack(session: Session, client_id: int) -> Package:
    """Return everything that is kept about a client and those that were merged into it."""
    holdings = Holdings(session, client_id)
    package = _packed(holdings)
    package.data["clients"] = holdings.client_ids
    package.data["more"] = dispatch.export_client(session, holdings.client_ids)
    for title, rows in package.data["more"].items():
        package.told.append(_table(title, "", rows))
    return package


def pack_person(session: Session, kind: RecordKind, record: Any) -> Package:
    """Return everything that is kept about a person among the records of a client."""
    return _packed(PersonHoldings(session, kind, record))


def _packed(holdings: Holdings) -> Package:
    package = Package()
    records: dict[str, Any] = {}
    for part in holdings.parts:
        rows = [_row(part, row) for row in part.rows]
        records[part.table.name] = rows
        package.told.append(_told(holdings, part, rows))
        package.contents |= dict(_contents(part))
    package.data = {"made_at": encode(utc_now()), "records": records, "changes": list(_changes(holdings))}
    return package


def write_zip(session: Session, package: Package, page: str) -> IO[bytes]:
    """Return the open file, ready to be read; a content that is not there any more is named in ``missing.txt``."""
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    missing: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(package.data, ensure_ascii=False, indent=2, default=encode))
        archive.writestr("index.html", page)
        for path, digest in package.contents.items():
            _add(archive, path, partial(open_blob, session.database.blobs, digest), missing)
        if missing:
            archive.writestr("missing.txt", "\n".join(missing))
    file.seek(0)
    return file


def _add(archive: zipfile.ZipFile, path: str, opened: Callable[[], IO[bytes]], missing: list[str]) -> None:
    try:
        with opened() as stream, archive.open(path, "w") as target:
            while piece := stream.read(1024 * 1024):
                target.write(piece)
    except (BlobMissing, BlobBroken):
        missing.append(path)


def _row(part: Part, row: Mapping[str, Any]) -> dict[str, Any]:
    return spread(
        {
            column.name: encode(row[column.name])
            for column in part.table.columns
            if not (column.info.get("secret") or column.info.get("derived"))
        }
    )


def _told(holdings: Holdings, part: Part, rows: list[dict[str, Any]]) -> Told:
    kind = next((one for one in holdings.registry.record_kinds if one.table == part.table.name), None)
    titles = {one.attribute: str(one.title) for one in kind.fields} if kind else {}
    shown = [{titles.get(name, name): value for name, value in row.items()} for row in rows]
    note = str(part.owner.told) if part.owner.told else ""
    return _table(title_in_words(part.title), note, shown)


def _table(title: str, note: str, rows: Any) -> Told:
    columns = list(dict.fromkeys(name for row in rows for name in row if any(one.get(name) for one in rows)))
    return Told(title, note, columns, [[_written(row.get(name)) for name in columns] for row in rows])


def _written(value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=encode)


def _contents(part: Part) -> Iterator[tuple[str, str]]:
    blobs = [column.name for column in part.table.columns if is_blob_column(column.name)]
    for row in part.rows:
        for name in blobs:
            if row[name]:
                called = next((str(row[one]) for one in _NAMES if row.get(one)), name)
                safe = _UNSAFE.sub("_", called).strip(". ")[-120:] or "file"
                yield f"files/{part.table.name}-{row.get('id', 0)}-{name}/{safe}", row[name]


def _belongs(holdings: Holdings) -> ColumnElement[bool]:
    if not isinstance(holdings, PersonHoldings):
        of_clients: ColumnElement[bool] = _journal.c.client_id.in_(holdings.client_ids)
        return of_clients
    ids = [(part.table.name, [row["id"] for row in part.rows if "id" in row]) for part in holdings.parts]
    return or_(*(and_(_journal.c.table_name == name, _journal.c.record_id.in_(some)) for name, some in ids))


def _changes(holdings: Holdings) -> Iterator[dict[str, Any]]:
    columns = [_journal.c[name] for name in ("at", "kind", "record_id", "action", "changes")]
    statement = select(*columns).where(_belongs(holdings)).order_by(_journal.c.id)
    for row in holdings.connection.execute(statement):
        yield {
            "at": encode(row.at),
            "kind": row.kind,
            "id": row.record_id,
            "action": row.action,
            "changes": row.changes,
        }
