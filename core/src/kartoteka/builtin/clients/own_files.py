"""Documents in fields that the company has added: sent with a form, kept in the register, seen by its rights (X-01)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.access.service import when_marked
from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.custom_fields.queries import extensible_kinds, fields_with_files, kind_of_field
from kartoteka.builtin.files.queries import SEE_FILES, file_names, file_url
from kartoteka.builtin.files.service import demand_right, give_file, keep_upload, store_file
from kartoteka.db.chunks import chunks
from kartoteka.db.session import Session, actor_of, as_system, demand, reading, transaction
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.rest import SentFile
from kartoteka.extension.signals import listen, record_changed
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, read_id
from kartoteka.web.own_fields import KeptFile, OwnFileField

ADD_FILES = "files.add"
FIELD_KIND = "custom_fields.field"


def file_fields(kind: str = CLIENT_KIND) -> list[CustomField]:
    """Return the company's own fields of a record kind that hold documents."""
    return [field for field in fields_here(kind) if field.type is FieldType.FILE]


def register_sent(session: Session, values: dict[str, Any], kind: str) -> dict[str, Message]:
    """Put files that were sent into the register and their ids in their places; returns a problem for each refused."""
    problems: dict[str, Message] = {}
    for field in file_fields(kind):
        sent = values.get(field.name)
        if isinstance(sent, SentFile):
            demand(session, ADD_FILES)
            try:
                values[field.name] = store_file(session, sent.blob, sent.name).id
            except InvalidInput as problem:
                problems[field.name] = next(iter(problem.errors.values()))
    return problems


def keep_with_record(session: Session, kind: str, record: Any, names: Collection[str] | None = None) -> None:
    """Let documents in these fields, or in all, belong to the record, which was just written.

    Raises InvalidInput naming the field whose document the actor does not see, or that belongs to another client.
    """
    fields = [field for field in file_fields(kind) if names is None or field.name in names]
    needed = fields_with_files(session, kind) if fields else {}
    for field in fields:
        number = getattr(record, field.name)
        if number is None:
            continue
        try:
            give_file(session, number, RecordRef(kind, record.id), needed.get(field.name, ""))
        except NotFound:
            raise InvalidInput({field.name: _("Choose one of the values offered.")}) from None
        except Refused as problem:
            raise InvalidInput({field.name: problem.message}) from None


def names_of_files(session: Session, records: Sequence[Any], kind: str = CLIENT_KIND) -> dict[int, str]:
    """Return the names of the documents in records' own fields, of those that the actor sees."""
    ids = {getattr(record, field.name) for record in records for field in file_fields(kind)} - {None}
    return file_names(session, ids) if ids else {}


def link_to_file(session: Session, id: int | None, names: Mapping[int, str]) -> str | None:
    """Return the address of a document's page, for who sees the document and has the right to the register."""
    return file_url(id) if id in names and id is not None and actor_of(session).can(SEE_FILES) else None


def keep_uploads(form: Any, kind: str) -> bool:
    """Put what was uploaded into the store before the record is saved; False when some of it is not taken."""
    sound = True
    for bound in file_inputs(form, kind):
        upload = bound.upload
        if upload is None or bound.raw_data is None:  # what somebody else saved was taken
            continue
        try:
            bound.keep(SentFile(upload.filename, keep_upload(upload.stream, upload.filename)))
        except Problem as problem:
            sound = False
            message = next(iter(problem.errors.values())) if isinstance(problem, InvalidInput) else problem.message
            form.add_error(bound.name, message)
    return sound


def show_present(form: Any, kind: str) -> None:
    """Tell the inputs of a form what the documents are called that are there; one statement where there are some."""
    inputs = file_inputs(form, kind)
    ids = {one for bound in inputs for one in (bound.object_data, bound.theirs) if isinstance(one, int)}
    if not ids:
        return
    with reading() as session:
        names = file_names(session, ids)
    for bound in inputs:
        if isinstance(bound.theirs, int):
            bound.theirs = names.get(bound.theirs, "")
        number = bound.object_data
        if isinstance(number, int):
            bound.present = KeptFile(names.get(number) or str(_("File")), file_url(number) if number in names else None)


def file_inputs(form: Any, kind: str) -> list[OwnFileField]:
    """Return the inputs of a form for documents."""
    return [form[field.name] for field in file_fields(kind) if field.name in form]


def renew_rights(session: Session, kind_name: str) -> None:
    """Let documents in the fields of a record kind ask for the right that their fields ask for."""
    kind = next((one for one in extensible_kinds(session) if one.kind == kind_name), None)
    if kind is None:
        return
    for name, needs in fields_with_files(session, kind_name).items():
        member = kind.model.custom_values[name].as_string()
        with as_system(session, reason="documents in a field of the company"):
            found = session.scalars(select(member).where(member.is_not(None), member != "")).all()
        for part in chunks(number for one in found if (number := read_id(str(one))) is not None):
            demand_right(session, part, needs)


when_marked.append(renew_rights)


@listen(record_changed, module="clients", sender=FIELD_KIND)
def renew_after_undo(sender: str, *, ids: list[int], **facts: object) -> None:
    """Do the same when the change of a field was undone."""
    with transaction() as session, as_system(session, reason="documents in a field of the company"):
        for number in ids:
            kind = kind_of_field(session, number)
            if kind is not None:
                renew_rights(session, kind)
