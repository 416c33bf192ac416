"""The jobs of imports: the dry run and the import itself, in steps that go on where the last one was committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import event, insert, update

from kartoteka.builtin.importing.ended import is_undone
from kartoteka.builtin.importing.files import ImportFolder, digest_of, folder_of
from kartoteka.builtin.importing.models import Import, ImportedRecord, ImportProblem, Stage
from kartoteka.builtin.importing.seen import SeenInFile
from kartoteka.builtin.importing.service import import_url, target_of
from kartoteka.builtin.importing.tables import TableForm, read_table
from kartoteka.db.chunks import insert_many
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import name_operation, operation_begun
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session, as_system, find
from kartoteka.extension.declarations.importing import Fate, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.extension.importing import row_of, take_rows
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.lines import Line
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _

STEP = 500
"""Lines of one step at most; a step ends earlier when its time is up."""

PIECE = 250
MOST_PROBLEMS = 10_000
"""So many problems of an import are kept; all are counted."""

CHECK, IMPORT = "check", "import"
_STORED = (Fate.CREATED, Fate.CHANGED)
_NOTED = ("read", "no_data", "unusual", *Fate)


@dataclass
class _Reader:
    """A file that is being read: how many lines were handed out, and the rest."""

    folder: ImportFolder
    phase: str
    place: int
    lines: Iterator[Line]
    seen: SeenInFile
    job_id: int


_open: dict[tuple[str, str], _Reader] = {}
"""The readers of this process: a job that goes on here need not read the file from its start again."""


def check_file(session: Session, job: RunningJob) -> None:
    """Do a step of the dry run."""
    _do_step(session, job, CHECK)


def import_file(session: Session, job: RunningJob) -> None:
    """Do a step of the import."""
    _do_step(session, job, IMPORT)


def _do_step(session: Session, job: RunningJob, phase: str) -> None:
    imported = find(session, Import, job.payload["import_id"])
    target = target_of(session, imported)
    if imported.stage != (Stage.CHECKING if phase == CHECK else Stage.IMPORTING) or imported.job_id != job.id:
        raise Refused(_("This import was done already, or changed meanwhile."))
    if phase == IMPORT:
        if is_undone(session, imported.operation_id):
            raise Refused(_("This was undone already."))
        name_operation(session, _("Import of %(file)s", file=imported.filename), kind="import")
    reader = _reader(session, imported, phase, job)
    totals = Counter(job.checkpoint.get("totals", {}))
    try:
        is_over = _take_step(session, job, imported, target, reader, totals)
    except BaseException:
        _close(reader)  # it may have stopped in the middle: whoever tries again begins with a new one
        raise
    job.checkpoint.update(lines=reader.place, totals=dict(totals))
    job.report(reader.place, max(imported.lines, reader.place))
    if not is_over:
        _note_so_far(session, imported, totals, phase)
        job.again()
        return
    _close(reader)
    _finish(session, job, imported, totals, phase)


def _take_step(
    session: Session,
    job: RunningJob,
    imported: Import,
    target: ImportTarget,
    reader: _Reader,
    totals: Counter[str],
) -> bool:
    """Take lines until the step is over; True when the file is."""
    run = _run_of(imported, reader)
    begun = reader.place
    while reader.place - begun < STEP and not (reader.place > begun and job.time_is_up):
        lines = list(islice(reader.lines, PIECE))
        reader.place += len(lines)
        outcomes = _take(session, imported, target, lines, run, totals)
        _keep(session, imported, reader.phase, outcomes, totals)
        if len(lines) < PIECE:
            return True
    return False


def _take(
    session: Session,
    imported: Import,
    target: ImportTarget,
    lines: Sequence[Line],
    run: ImportRun,
    totals: Counter[str],
) -> list[ImportOutcome]:
    columns = {name: title for title, name in imported.columns.items()}
    read = [row_of(line, columns, target, imported.key, imported.key_column) for line in lines]
    rows = [row for row in read if isinstance(row, ImportRow)]
    outcomes = [row for row in read if isinstance(row, ImportOutcome)]
    outcomes += take_rows(session, target, rows, run)
    totals["read"] += len(lines)
    totals["no_data"] += sum(row is None for row in read)
    totals["unusual"] += sum(one.unusual for one in outcomes)
    totals.update(Counter(str(one.fate) for one in outcomes))
    return sorted(outcomes, key=lambda one: one.line)


def _run_of(imported: Import, reader: _Reader) -> ImportRun:
    return ImportRun(
        seen=reader.seen,
        key=imported.key,
        source=imported.source,
        options=dict(imported.options),
        duplicates=imported.duplicates if reader.phase == IMPORT else "skip",  # type: ignore[arg-type]
        dry=reader.phase == CHECK,
    )


def _reader(session: Session, imported: Import, phase: str, job: RunningJob) -> _Reader:
    """Return the file at the line where the last step was committed."""
    place = int(job.checkpoint.get("lines", 0))
    known = _open.get((imported.folder, phase))
    if known is not None and known.place == place and known.job_id == job.id:
        return known
    if known is not None:
        _close(known)
    folder = folder_of(session.database, imported.folder)
    if digest_of(folder.rows) != imported.digest:
        raise Refused(_("The file has changed since it was checked. Upload it again. Nothing more was imported."))
    seen = folder.seen(phase)
    if place == 0:
        seen.unlink(missing_ok=True)
    lines = islice(read_table(folder, TableForm.kept(imported.form)), place, None)
    reader = _open[imported.folder, phase] = _Reader(folder, phase, place, lines, SeenInFile(seen), job.id)
    return reader


def _close(reader: _Reader) -> None:
    _open.pop((reader.folder.path.name, reader.phase), None)
    reader.seen.close()


def _keep(
    session: Session, imported: Import, phase: str, outcomes: Sequence[ImportOutcome], totals: Counter[str]
) -> None:
    """Keep what is wrong with lines, and which records they became."""
    problems = [values for one in outcomes for values in _problems(imported.id, phase, one)]
    room = max(MOST_PROBLEMS - totals["problems"], 0)
    totals["problems"] += len(problems)
    if problems[:room]:
        with as_system(session, reason="keep what is wrong with lines"):
            session.execute(insert(ImportProblem), problems[:room])
    ids = dict.fromkeys(one.record_id for one in outcomes if one.record_id is not None and one.fate in _STORED)
    if ids and phase == IMPORT:
        rows = [{"import_id": imported.id, "record_id": record_id} for record_id in ids]
        insert_many(raw_connection(session), ImportedRecord.__table__, rows)  # type: ignore[arg-type]


def _problems(import_id: int, phase: str, one: ImportOutcome) -> Iterator[dict[str, Any]]:
    severity = "duplicate" if one.fate == Fate.DUPLICATE else "error"
    told: list[tuple[str, Mapping[str, Any]]] = [(severity, one.errors)]
    if not one.errors:
        told.append(("warning", one.warnings))
    for kind, messages in told:
        for name, message in messages.items():
            yield {
                "import_id": import_id,
                "phase": phase,
                "line": one.line,
                "field": (name or "")[:60],
                "severity": kind,
                "message": message,
            }


def _note_so_far(session: Session, imported: Import, totals: Counter[str], phase: str) -> None:
    """Write down what an import has done, so that it can be seen and undone should it end here."""
    if phase != IMPORT:
        return
    # Without a new version: whoever erases a person meanwhile changes this row too, and should not be told to wait.
    statement = update(Import).where(Import.id == imported.id)
    so_far = {"result": _numbers(totals), "operation_id": operation_begun(session)}
    session.execute(statement.values(**so_far), execution_options={"synchronize_session": False})


def _numbers(totals: Counter[str]) -> dict[str, int]:
    return {name: totals[name] for name in (*_NOTED, "problems")}


def _finish(session: Session, job: RunningJob, imported: Import, totals: Counter[str], phase: str) -> None:
    numbers = _numbers(totals)
    url = import_url(imported.id)
    if phase == CHECK:
        imported.checked, imported.stage = numbers, Stage.CHECKED
        job.finish(_("%(file)s was checked. Nothing has changed yet.", file=imported.filename), url)
    else:
        imported.result, imported.stage = numbers, Stage.DONE
        imported.operation_id = operation_begun(session)
        imported.finished_at = utc_now()
        folder = folder_of(session.database, imported.folder)
        imported.folder = ""
        event.listen(session, "after_commit", lambda _session: folder.remove(), once=True)
        done = totals[Fate.CREATED] + totals[Fate.CHANGED]
        told = plural_text(
            "%(count)s record was created or changed.", "%(count)s records were created or changed.", done
        )
        job.finish(told, url)
    session.flush()
