"""Putting documents into the register, saving versions, changing what the register says, and putting them away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import IO, Any, Final

from sqlalchemy import func, select

from kartoteka.builtin.files.fields import FILE, KINDS, MASK, NOTE, OTHER, SERIES, STATUSES
from kartoteka.builtin.files.limits import MOST_MB as MOST_MB
from kartoteka.builtin.files.limits import limits_of
from kartoteka.builtin.files.linking import choose_links as choose_links
from kartoteka.builtin.files.linking import link_file as link_file
from kartoteka.builtin.files.linking import links_for as links_for
from kartoteka.builtin.files.linking import offered_links as offered_links
from kartoteka.builtin.files.linking import with_above as with_above
from kartoteka.builtin.files.mails import is_mail, subject_of
from kartoteka.builtin.files.models import NAME_LENGTH, File, FileVersion
from kartoteka.builtin.files.naming import clean_filename, extension, mimetype_of
from kartoteka.builtin.files.placing import demand_right as demand_right
from kartoteka.builtin.files.placing import give_file as give_file
from kartoteka.builtin.files.placing import place_of, take_parts_along
from kartoteka.builtin.files.queries import choices_of_files, find_version, open_content, see_file
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.blobs import MB, Blob, open_blob, put
from kartoteka.db.clock import utc_now
from kartoteka.db.series import next_number
from kartoteka.db.session import Session, actor_of, as_system, reading, workplace
from kartoteka.db.settling import settle
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka.vocabulary.text import clean_block, clean_line

READ_WORDS: Final = "files.read_words"
NOTE_LENGTH: Final = 5000
LARGEST_FORM: Final = (MOST_MB + 100) * MB
"""How many bytes a form with documents may have; how large a document may be is the company's own matter."""
CHANGEABLE: Final = ("title", "kind", "status", "note", "keep_until", "registered_on", "client_id")


def store_file(
    session: Session,
    stream: IO[bytes] | Blob,
    filename: str,
    *,
    about: RecordRef | None = None,
    client_id: int | None = None,
    title: str = "",
    kind: str = OTHER,
    status: str = "",
    note: str = "",
    registered_on: date | None = None,
    limit: int | None = None,
) -> File:
    """Put a document into the register and return it, with its number, registrar and date (CORE-14).

    ``about`` is the record it belongs to, of any kind; its client is found by itself. Without it ``client_id`` or
    nobody. A content that was put into the store before the transaction began, so that nobody waits for a slow store,
    is given as its Blob. A mail without a ``title`` is called by its subject (CORE-19). ``limit`` is in bytes; left
    out it is the company's. Raises NotFound for a record that the actor may not see, InvalidInput naming the field,
    BlobTooLarge, StoreUnavailable.
    """
    name, limits = clean_filename(filename), limits_of(session)
    limits.check_name(name)
    place = place_of(session, about, client_id)
    if not title and is_mail(name):
        stream = _kept(session, stream, limit or limits.largest_bytes)
        title = subject_of(session.database.blobs, stream)
    said = {"title": title or _without_end(name), "kind": kind, "status": status, "note": note}
    said = sound_values(session, {**said, "registered_on": registered_on or utc_now().date()})
    blob = _kept(session, stream, limit or limits.largest_bytes)
    file = File(
        **said,
        **place,
        number=next_number(session, SERIES, mask=MASK, on=said["registered_on"]),
        registered_by=actor_of(session).user_id,
        latest=1,
        **_content(session, blob, name),
    )
    session.add(file)
    session.flush()
    _add_version_row(session, file, "")
    return file


def save_version(
    session: Session,
    file_id: int,
    stream: IO[bytes] | Blob,
    filename: str = "",
    *,
    comment: str = "",
    limit: int | None = None,
) -> bool:
    """Save a content as the next version of a document; the old ones stay (CORE-17). Return False for the same content.

    An empty ``filename`` keeps the name. Raises as `store_file` does, and Refused for a document put away.
    """
    file = see_file(session, file_id)
    _demand_in_use(file)
    name, limits = clean_filename(filename) if filename else file.filename, limits_of(session)
    limits.check_name(name)
    blob = _kept(session, stream, limit or limits.largest_bytes)
    if blob.digest == file.blob and name == file.filename:
        return False
    for attribute, value in _content(session, blob, name).items():
        setattr(file, attribute, value)
    file.latest = _highest(session, file) + 1
    with as_system(session, reason="version of a document that is seen"):
        session.flush()
    _add_version_row(session, file, clean_line(comment)[:NAME_LENGTH])
    return True


def bring_back_version(session: Session, file_id: int, number: int) -> bool:
    """Save the content of an old version as the newest one; raises NotFound."""
    file = see_file(session, file_id)
    old = find_version(session, file, number)
    with open_content(session, old) as stream:
        comment = str(_("As in version %(number)s", number=number))
        return save_version(session, file_id, stream, old.filename, comment=comment)


def keep_upload(stream: IO[bytes], filename: str) -> Blob:
    """Keep what was uploaded before a transaction begins: nobody waits for a slow store.

    Raises InvalidInput for a sort of file that is not taken, BlobTooLarge, StoreUnavailable.
    """
    with reading() as session:
        limits = limits_of(session)
    limits.check_name(clean_filename(filename))
    return put(workplace.get().database.blobs, stream, limit=limits.largest_bytes)


def change_file(session: Session, file_id: int, values: Mapping[str, Any], version: int | None = None) -> File:
    """Change what the register says; raises NotFound, Forbidden, InvalidInput naming each field, EditConflict."""
    file = see_file(session, file_id)
    sound = sound_values(session, {name: values[name] for name in CHANGEABLE if name in values}, file)
    if sound.get("note", file.note) != file.note and not NOTE.is_writable(actor_of(session).can):
        raise Forbidden(permission=NOTE.write_permission)
    if "client_id" in sound:
        if file.about is not None:
            del sound["client_id"]
        else:
            place_of(session, None, sound["client_id"])
    for name, value in settle(session, file, FILE, sound, version).items():
        setattr(file, name, value)
    with as_system(session, reason="document that is seen"):
        session.flush()
        if "client_id" in sound:
            take_parts_along(session, file)
    return file


def rename_file(session: Session, file_id: int, filename: str) -> File:
    """Give the file of a document another name; the title follows when it was the name. Raises as `save_version`."""
    file = see_file(session, file_id)
    _demand_in_use(file)
    limits_of(session).check_name(filename)
    if file.title == _without_end(file.filename):
        file.title = _without_end(filename)
    file.filename = filename
    with as_system(session, reason="document that is seen"):
        session.flush()
    return file


def set_state(session: Session, file_id: int, state: str) -> File:
    """Put a document away, into the bin, or back; raises NotFound."""
    if state not in (RecordState.ACTIVE, RecordState.ARCHIVED, RecordState.DELETED):
        raise ValueError(f"A document can't be {state!r}.")
    file = see_file(session, file_id)
    if state == RecordState.DELETED and file.keep_until is not None and file.keep_until > utc_now().date():
        raise Refused(_("The law wants this document kept for now."))
    file.state = state
    file.binned_at = utc_now() if state == RecordState.DELETED else None
    with as_system(session, reason="document that is seen"):
        session.flush()
    return file


def sound_values(session: Session, values: Mapping[str, Any], file: File | None = None) -> dict[str, Any]:
    """Return what the register says, cleaned; raises InvalidInput naming each field that is wrong.

    What ``file`` says already stays sound when its entry has been closed since; modules may always use the kinds and
    statuses that the program brings along.
    """
    sound = {name: _CLEAN[name](str(value or "")) if name in _CLEAN else value for name, value in values.items()}
    problems = {name: problem for name, wrong, problem in _CHECKS if name in sound and wrong(sound[name])}
    choices = choices_of_files(session) if "kind" in sound or "status" in sound else None
    if choices is not None:
        kinds = {*choices.offered_kinds, *_KIND_VALUES, file.kind if file else OTHER}
        if sound.get("kind", OTHER) not in kinds:
            problems["kind"] = _("There is no such kind of document.")
        statuses = {*choices.offered_statuses, *_STATUS_VALUES, file.status if file else ""}
        if sound.get("status", "") not in statuses:
            problems["status"] = _("There is no such status.")
    if problems:
        raise InvalidInput(problems)
    return sound


_KIND_VALUES = frozenset(one.value for one in KINDS)
_STATUS_VALUES = frozenset({"", *(one.value for one in STATUSES)})
_CLEAN: dict[str, Callable[[str], str]] = {
    "title": lambda typed: clean_line(typed)[:NAME_LENGTH],
    "kind": str,
    "status": str,
    "note": clean_block,
}
_CHECKS: tuple[tuple[str, Callable[[Any], bool], Message], ...] = (
    ("title", lambda value: not value, _("Give the document a title.")),
    ("note", lambda value: len(value) > NOTE_LENGTH, _("Use at most %(count)s characters.", count=NOTE_LENGTH)),
    (
        "registered_on",
        lambda value: not isinstance(value, date),
        _("Say on which day the document was registered."),
    ),
)


def _content(session: Session, blob: Blob, name: str) -> dict[str, Any]:
    with open_blob(session.database.blobs, blob.digest) as stream:
        beginning = stream.read(32)
    return {"blob": blob.digest, "size": blob.size, "filename": name, "mimetype": mimetype_of(name, beginning)}


def _kept(session: Session, content: IO[bytes] | Blob, limit: int) -> Blob:
    return content if isinstance(content, Blob) else put(session.database.blobs, content, limit=limit)


def _highest(session: Session, file: File) -> int:
    with as_system(session, reason="versions of a document that is seen"):
        highest = session.scalar(select(func.max(FileVersion.number)).where(FileVersion.file_id == file.id))
    return max(highest or 0, file.latest)


def _add_version_row(session: Session, file: File, comment: str) -> None:
    row = FileVersion(file_id=file.id, number=file.latest, saved_by=actor_of(session).user_id, comment=comment)
    for name in ("client_id", "needs", "filename", "mimetype", "size", "blob"):
        setattr(row, name, getattr(file, name))
    session.add(row)
    session.flush()
    title = _("Words of document %(number)s", number=file.number)
    enqueue(session, READ_WORDS, {"file": file.id}, title=title)


def _demand_in_use(file: File) -> None:
    if file.state != RecordState.ACTIVE:
        raise Refused(_("The document is archived. Restore it before you save a new version."))


def _without_end(name: str) -> str:
    end = extension(name)
    return name[: -len(end) - 1] if end and len(name) > len(end) + 1 else name
