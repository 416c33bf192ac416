"""Documents as other programs read and change them, with their contents."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.files.fields import ADD, DELETE, EDIT, FILE
from kartoteka.builtin.files.limits import limits_of
from kartoteka.builtin.files.linking import MOST, choose_links, read_records
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.queries import open_content, see_file
from kartoteka.builtin.files.service import change_file, save_version, set_state, store_file
from kartoteka.db.session import Session, demand
from kartoteka.extension.declarations.rest import ApiContent, ApiResource, OpenFile, SentFile
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

RECORDS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*:[1-9][0-9]{0,8}$"},
    "maxItems": MOST,
    "title": str(_("Belongs to")),
}
_FIXED = ("number", "registered_by", "filename", "size", "latest")


def change(session: Session, id: int, values: dict[str, Any]) -> None:
    """Change what the register says; its version was compared already."""
    demand(session, EDIT)
    change_file(session, id, values)


def remove(session: Session, id: int) -> None:
    """Put a document into the bin."""
    demand(session, DELETE)
    set_state(session, id, RecordState.DELETED)


def add(session: Session, values: dict[str, Any], file: SentFile) -> File:
    """Register a document with its first version."""
    demand(session, ADD)
    client_id, records = values.pop("client", None), values.pop("records", [])
    if not isinstance(records, list):
        raise InvalidInput({"records": _("Choose one of the values offered.")})
    said = {name: value for name, value in values.items() if name != "keep_until"}
    stored = store_file(session, file.blob, file.name, client_id=client_id, **said)
    if records:
        choose_links(session, stored.id, read_records(records))
    if values.get("keep_until") is not None:
        change_file(session, stored.id, {"keep_until": values["keep_until"]})
    return stored


def save(session: Session, id: int, file: SentFile) -> None:
    """Save a new version, under the name that the document has; the same content makes none (CORE-17)."""
    demand(session, EDIT)
    save_version(session, id, file.blob)


def open_file(session: Session, id: int) -> OpenFile:
    """Give out the last version."""
    file = see_file(session, id)
    return OpenFile(open_content(session, file), file.filename, file.mimetype, file.size)


API_RESOURCES = [
    ApiResource(
        name="files",
        title=_("Documents"),
        kind=FILE,
        fields=(*_FIXED, "title", "kind", "status", "registered_on", "note", "keep_until"),
        fixed=_FIXED,
        change=change,
        remove=remove,
        content=ApiContent(
            add=add,
            save=save,
            open=open_file,
            largest=lambda session: limits_of(session).largest_bytes,
            also={"records": RECORDS},
        ),
    )
]
