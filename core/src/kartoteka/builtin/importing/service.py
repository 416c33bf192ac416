"""Use cases of imports: keep a file, decide how it is read and mapped, try it out, import it, drop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from kartoteka.builtin.importing.ended import ENDED, is_undone, operation_of, stage_of
from kartoteka.builtin.importing.files import ImportFolder, count_lines, digest_of, folder_of
from kartoteka.builtin.importing.guessing import fingerprint_of
from kartoteka.builtin.importing.models import Import, ImportMapping, ImportProblem, Stage
from kartoteka.builtin.importing.tables import TableForm, titles_of
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, find
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.extension.dispatch import find_import_target
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

KEPT_FOR = timedelta(days=7)
"""How long the file of an import that nobody finishes is kept."""

DUPLICATES = ("skip", "create", "update")
_UNFIXED = frozenset({Stage.FILE, Stage.COLUMNS, Stage.CHECKED})
_BEGUN = _("This import has begun already; it cannot be changed any more.")


@dataclass(frozen=True)
class ColumnMapping:
    """How the columns of a file are mapped: a field by title, the key, the name of the list, answers to questions."""

    columns: Mapping[str, str]
    key: str = ""
    key_column: str = ""
    source: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def target_of(session: Session, imported: Import) -> ImportTarget:
    """Return what an import goes into; raises Forbidden when the right is gone, or the module is off."""
    return demand_target(session, imported.target)


def demand_target(session: Session, key: str) -> ImportTarget:
    """Return the target of this key; raises Forbidden when it is not for the actor."""
    target = find_import_target(session, key)
    if target is None:
        raise Forbidden(_("You may not import this, or its module is switched off."))
    return target


def begin_import(session: Session, target: str, filename: str, folder: ImportFolder, form: TableForm) -> Import:
    """Keep a file that was taken in and looked at."""
    demand_target(session, target)
    imported = Import(
        user_id=actor_of(session).user_id,
        target=target,
        filename=clean_line(filename)[:200] or "?",
        folder=folder.path.name,
        size=folder.uploaded.stat().st_size,
        form=form.plain(),
    )
    session.add(imported)
    session.flush()
    return imported


def decide_form(session: Session, id: int, form: TableForm, *, is_final: bool) -> Import:
    """Say how the file is written; raises Refused once the import has begun, FileProblem when it has no such lines."""
    imported = _to_change(session, id)
    titles_of(folder_of(session.database, imported.folder), form)
    imported.form = form.plain()
    imported.columns = {}
    imported.stage = Stage.COLUMNS if is_final else Stage.FILE
    session.flush()
    return imported


def remembered_mapping(session: Session, target: str, titles: Sequence[str]) -> ColumnMapping | None:
    """Return how a file with these titles was mapped last time, None when there was none."""
    statement = select(ImportMapping).where(
        ImportMapping.target == target, ImportMapping.fingerprint == fingerprint_of(titles)
    )
    kept = session.scalars(statement).one_or_none()
    if kept is None:
        return None
    return ColumnMapping(dict(kept.columns), kept.key, kept.key_column, kept.source, dict(kept.options))


def writable_fields(session: Session, target: ImportTarget) -> list[Field]:
    """Return the fields of a target that the actor may write."""
    can = actor_of(session).can
    return [one for one in target.columns if one.is_writable(can) and one.type is not FieldType.FILE]


def map_columns(session: Session, id: int, mapping: ColumnMapping) -> int:
    """Say which column goes into which field, remember it, and begin the dry run; returns the id of its job.

    Raises InvalidInput for a mapping that makes no sense, and Refused once the import has begun.
    """
    imported = _to_change(session, id)
    target = target_of(session, imported)
    folder = folder_of(session.database, imported.folder)
    titles = titles_of(folder, TableForm.kept(imported.form))
    _check_mapping(session, target, titles, mapping)
    imported.columns = dict(mapping.columns)
    imported.key, imported.key_column = mapping.key, mapping.key_column
    imported.source = clean_line(mapping.source)[:60]
    imported.options = dict(mapping.options)
    imported.digest = digest_of(folder.rows)
    imported.lines = count_lines(folder.rows)
    imported.stage = Stage.CHECKING
    _remember(session, imported, titles)
    with as_system(session, reason="forget the problems of an earlier dry run"):
        session.execute(delete(ImportProblem).where(ImportProblem.import_id == id))
    title = _("Check of %(file)s", file=imported.filename)
    payload = {"import_id": imported.id}
    imported.job_id = enqueue(session, "importing.check", payload, title=title, url=import_url(id))
    session.flush()
    return imported.job_id


def start_import(session: Session, id: int, duplicates: str = "skip") -> int:
    """Begin to import what a dry run has looked at; returns the id of the job.

    ``duplicates`` says what becomes of lines whose record is there under another key: skip, create or update.
    """
    imported = find(session, Import, id)
    target_of(session, imported)
    if imported.stage != Stage.CHECKED:
        raise Refused(_("This file has not been checked yet, or it has already been imported."))
    if duplicates not in DUPLICATES:
        raise InvalidInput({"duplicates": _("Choose one of the values offered.")})
    folder_of(session.database, imported.folder)
    imported.duplicates = duplicates
    imported.stage = Stage.IMPORTING
    title = _("Import of %(file)s", file=imported.filename)
    payload = {"import_id": imported.id}
    imported.job_id = enqueue(session, "importing.import", payload, title=title, url=import_url(id))
    session.flush()
    return imported.job_id


class Dropped(NamedTuple):
    """What is left of an import: a folder to remove after the commit, and whether records of it stay."""

    folder: str
    stays: bool


def stays(session: Session, imported: Import) -> bool:
    """Tell whether something that an import has written stands: then it is kept, so that it can be undone."""
    operation_id = operation_of(session, imported)
    return operation_id is not None and not is_undone(session, operation_id)


def drop_import(session: Session, id: int) -> Dropped:
    """Forget an import that has not begun or has ended early; of one that has written records only the file goes."""
    imported = _find(session, id)
    if imported.stage not in _UNFIXED and stage_of(session, imported) not in ENDED:
        raise Refused(_BEGUN)
    folder = imported.folder
    if stays(session, imported):
        imported.folder = ""
        session.flush()
        return Dropped(folder, stays=True)
    with as_system(session, reason="an import goes with its problems"):
        session.execute(delete(ImportProblem).where(ImportProblem.import_id == id))
    session.delete(imported)
    session.flush()
    return Dropped(folder, stays=False)


def remove_old_files(session: Session, job: RunningJob) -> None:
    """Remove the files of imports that nobody has finished for a week, and folders without an import."""
    old = select(Import).where(Import.folder != "", Import.created_at < utc_now() - KEPT_FOR)
    for imported in session.scalars(old):
        ImportFolder(session.database.files / "imports" / imported.folder).remove()
        imported.folder = ""
    session.flush()
    kept = set(session.scalars(select(Import.folder).where(Import.folder != "")))
    before = (utc_now() - KEPT_FOR).timestamp()
    for path in (session.database.files / "imports").glob("*"):
        if path.name not in kept and path.stat().st_mtime < before:
            ImportFolder(path).remove()


def import_url(id: int) -> str:
    """Return the address of an import's page."""
    return f"/importing/{id}"


def _to_change(session: Session, id: int) -> Import:
    """Return an import whose file and columns are still to decide: a dry run that was stopped leaves that open."""
    imported = _find(session, id)
    is_open = imported.stage == Stage.CHECKING and stage_of(session, imported) in ENDED
    if imported.stage not in _UNFIXED and not is_open:
        raise Refused(_BEGUN)
    return imported


def _find(session: Session, id: int) -> Import:
    imported = find(session, Import, id)
    target_of(session, imported)
    return imported


def _check_mapping(session: Session, target: ImportTarget, titles: Sequence[str], mapping: ColumnMapping) -> None:
    allowed = {one.name: one for one in writable_fields(session, target)}
    fields = list(mapping.columns.values())
    errors = {}
    if not fields:
        errors["columns"] = _("Choose a field for at least one column.")
    for title, name in mapping.columns.items():
        if title not in titles or name not in allowed:
            errors["columns"] = _("Choose one of the values offered.")
        elif fields.count(name) > 1:
            errors["columns"] = _("Two columns go into the field %(field)s. Choose one.", field=allowed[name].title)
    errors |= _key_errors(target, titles, mapping, fields)
    if errors:
        raise InvalidInput(errors)


def _key_errors(
    target: ImportTarget, titles: Sequence[str], mapping: ColumnMapping, fields: list[str]
) -> dict[str, Any]:
    if not mapping.key:
        return {}
    key = target.find_key(mapping.key)
    if key is None or (mapping.key_column and (not key.column or mapping.key_column not in titles)):
        return {"key": _("Choose one of the values offered.")}
    if not mapping.key_column and not set(key.fields) & set(fields):
        return {"key": _("No column goes into the field that records are found again by: %(key)s.", key=key.title)}
    if key.column and not clean_line(mapping.source):
        return {"source": _("Give the list a name: numbers are unique within it.")}
    return {}


def _remember(session: Session, imported: Import, titles: Sequence[str]) -> None:
    fingerprint = fingerprint_of(titles)
    statement = select(ImportMapping).where(
        ImportMapping.target == imported.target, ImportMapping.fingerprint == fingerprint
    )
    kept = session.scalars(statement).one_or_none()
    if kept is None:
        kept = ImportMapping(target=imported.target, fingerprint=fingerprint)
        session.add(kept)
    for name in ("columns", "key", "key_column", "source", "options"):
        setattr(kept, name, getattr(imported, name))
    kept.used_at = utc_now()
