"""To whom documents belong, and which right they ask for beside that of their client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.files.models import SEE_ALL, File, FileLink, FileVersion
from kartoteka.builtin.files.queries import see_file
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.seeing import CLIENT_KIND, client_of, is_seen_with_client
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def give_file(session: Session, file_id: int, record: RecordRef, needs: str = "") -> File:
    """Let a document that belongs to nobody be one of this record, which the caller has found, and ask for a right.

    One of the same client stays with what it belongs to. Raises NotFound, and Refused for one of another client.
    """
    file = see_file(session, file_id)
    with as_system(session, reason="document for a record that was just written"):
        place = place_of(session, record, None)
        if file.client_id is None and file.about is None:
            for name, value in place.items():
                setattr(file, name, value)
        elif file.client_id != place["client_id"]:
            raise Refused(_("This document belongs to another client."))
        if needs and file.needs != SEE_ALL:
            file.needs = needs
        session.flush()
        take_parts_along(session, file)
    return file


def demand_right(session: Session, file_ids: Iterable[int], needs: str) -> None:
    """Let these documents ask for a right; with "" for that of the record that each belongs to."""
    open_to_some = select(File).where(File.id.in_(list(file_ids)), File.needs != SEE_ALL)
    with as_system(session, reason="right that documents ask for"):
        for file in session.scalars(open_to_some):
            file.needs = needs or _usual_right(session, file)
            take_parts_along(session, file)
        session.flush()


def place_of(session: Session, about: RecordRef | None, client_id: int | None) -> dict[str, Any]:
    """Return whose document it will be, after checking that the actor sees the record; raises NotFound."""
    if about is None and client_id is not None:
        about = RecordRef(CLIENT_KIND, client_id)
    if about is None:
        return {"client_id": None}
    client = client_of(session, about)
    if about.kind == CLIENT_KIND:
        return {"client_id": client}
    return {"client_id": client, "about": about, "needs": _right_of(session, about)}


def _right_of(session: Session, about: RecordRef) -> str:
    kind = extension_of(session).registry.find_kind(about.kind)
    return kind.permission if kind is not None and is_seen_with_client(session, about) else SEE_ALL


def _usual_right(session: Session, file: File) -> str:
    return "" if file.about is None else _right_of(session, file.about)


def take_parts_along(session: Session, file: File) -> None:
    """Let the versions and links of a document belong to whom the document belongs."""
    for part in (FileVersion, FileLink):
        for row in session.scalars(select(part).where(part.file_id == file.id)):
            row.client_id, row.needs = file.client_id, file.needs
    session.flush()
