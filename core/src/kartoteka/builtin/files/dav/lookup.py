"""Finds what a path of the drive means, with the rights of who asks."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.files import queries
from kartoteka.builtin.files.dav.names import folder_name, number_in
from kartoteka.builtin.files.fields import VIEW
from kartoteka.builtin.files.models import File
from kartoteka.db.session import Session, reading, workplace
from kartoteka.extension.binding import extension_of
from kartoteka.extension.seeing import CLIENT_KIND
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordState, read_id

MOST = 1000
"""So many folders or documents are listed; every other one is reached by its name."""


def client_folders() -> list[str]:
    """Return the names of the folders of clients that have documents, as far as who asks sees them."""
    with reading() as session:
        client = extension_of(session).registry.kind(CLIENT_KIND).model
        with_files = select(File.client_id).where(File.state == RecordState.ACTIVE, File.client_id.is_not(None))
        wanted = select(client.number, client.name).where(client.id.in_(with_files))
        rows = session.execute(wanted.order_by(client.name_sort, client.id).limit(MOST)).all()
    return [folder_name(row.number, row.name) for row in rows]


def client_of_folder(name: str) -> int | None:
    """Return the client whose folder has this name; its number is enough."""
    with reading() as session:
        return queries.client_numbered(session, number_in(name)) if _may_see(session) else None


def document_of(id: str) -> File | None:
    """Return a document in use by its id, if who asks may see it."""
    number = read_id(id)
    if number is None or not workplace.get().actor.can(VIEW):
        return None
    with reading() as session:
        try:
            file = queries.see_file(session, number)
        except NotFound:
            return None
    return file if file.state == RecordState.ACTIVE else None


def _may_see(session: Session) -> bool:
    kind = extension_of(session).registry.kind(CLIENT_KIND)
    actor = workplace.get().actor
    return actor.can(VIEW) and actor.can(kind.permission)
