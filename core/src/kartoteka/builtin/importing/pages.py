"""What the templates of imports show: choices, guesses, numbers, problems in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import request

from kartoteka.builtin.importing.ended import AT_WORK, ENDED, operation_of, stage_of
from kartoteka.builtin.importing.files import ImportFolder, folder_of
from kartoteka.builtin.importing.guessing import guess_columns
from kartoteka.builtin.importing.models import Import, ImportProblem, Stage
from kartoteka.builtin.importing.queries import count_problems, list_problems
from kartoteka.builtin.importing.service import ColumnMapping, remembered_mapping, stays, target_of, writable_fields
from kartoteka.builtin.importing.tables import (
    ENCODINGS,
    MOST_HEADING,
    QUOTINGS,
    SEPARATORS,
    TableForm,
    first_lines,
    raw_lines,
    titles_of,
)
from kartoteka.builtin.jobs.queries import JobView, view_job
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.vocabulary.errors import Forbidden, NotFound
from kartoteka.vocabulary.lines import FileProblem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_SHOWN_ROWS = 10
_SHOWN_PROBLEMS = 20
_SAMPLE = 30
_OWN_COLUMN = "column:"

STAGES: Mapping[str, tuple[Message, str]] = {
    Stage.FILE: (_("uploaded"), "planned"),
    Stage.COLUMNS: (_("uploaded"), "planned"),
    Stage.CHECKING: (_("is being checked"), "today"),
    Stage.CHECKED: (_("checked, not imported yet"), "planned"),
    Stage.IMPORTING: (_("is being imported"), "today"),
    Stage.DONE: (_("imported"), "done"),
    Stage.FAILED: (_("Failed"), "overdue"),
    Stage.STOPPED: (_("Stopped"), "none"),
}
SEVERITIES = {
    "error": _("Skipped"),
    "duplicate": _("Already exists"),
    "warning": _("Worth a look"),
}
NUMBERS = (
    ("created", _("New")),
    ("changed", _("Changed")),
    ("unchanged", _("Unchanged")),
    ("duplicate", _("Already there")),
    ("refused", _("Skipped")),
    ("no_data", _("Without data")),
)
DUPLICATE_CHOICES = (
    ("skip", _("Skip these lines")),
    ("update", _("Update existing records")),
    ("create", _("Create duplicates")),
)


class FilePage:
    """The page that asks how a file is written, with its first lines read that way."""

    def __init__(
        self,
        imported: Import,
        target: ImportTarget,
        folder: ImportFolder,
        form: TableForm,
        problem: FileProblem | None = None,
    ) -> None:
        self.imported, self.target, self.form, self.problem = imported, target, form, problem
        self.titles: list[str] = []
        self.rows: list[tuple[int, list[str], Message | None]] = []
        self.raw: list[tuple[int, Sequence[str]]] = []
        try:
            self.raw = raw_lines(folder, form, MOST_HEADING)
            self.titles = titles_of(folder, form)
            lines = first_lines(folder, form, _SHOWN_ROWS)
            self.rows = [(one.number, [one.cells.get(t, "") for t in self.titles], one.problem) for one in lines]
        except FileProblem as found:
            self.problem = problem or found

    encodings = ENCODINGS
    separators = SEPARATORS
    quotings = QUOTINGS

    @property
    def headings(self) -> list[tuple[int, str]]:
        """The lines that may hold the titles."""
        return [(number, " · ".join(cell for cell in cells if cell)[:80]) for number, cells in self.raw]


@dataclass
class ColumnChoice:
    """A column of the file on the page that maps columns."""

    title: str
    samples: list[str]
    chosen: str


class ColumnsPage:
    """The page that maps columns, filled from what was sent, kept, remembered or guessed, in that order."""

    def __init__(self, session: Session, imported: Import, target: ImportTarget, sent: ColumnMapping | None) -> None:
        self.imported, self.target = imported, target
        self.errors: Mapping[str, Message] = {}
        folder = folder_of(session.database, imported.folder)
        form = TableForm.kept(imported.form)
        self.titles = titles_of(folder, form)
        self.fields = writable_fields(session, target)
        lines = first_lines(folder, form, 200)
        self.is_remembered = False
        self.mapping = sent or self._kept() or self._first_mapping(session, lines)
        self.columns = [
            ColumnChoice(title, _samples(title, lines), self.mapping.columns.get(title, "")) for title in self.titles
        ]
        self.options = [self._option(session, one) for one in target.options]

    def _kept(self) -> ColumnMapping | None:
        one = self.imported
        if not one.columns:
            return None
        return ColumnMapping(dict(one.columns), one.key, one.key_column, one.source, dict(one.options))

    def _first_mapping(self, session: Session, lines: Sequence[Any]) -> ColumnMapping:
        known = remembered_mapping(session, self.target.key, self.titles)
        names = {field.name for field in self.fields}
        if known is not None:
            self.is_remembered = True
            columns = {title: name for title, name in known.columns.items() if name in names}
            return ColumnMapping(columns, known.key, known.key_column, known.source, known.options)
        columns = guess_columns(self.titles, self.fields, lines)
        keys = [key.name for key in self.target.keys if set(key.fields) & set(columns.values())]
        options = self.target.defaults(session) if self.target.defaults else {}
        source = PurePath(self.imported.filename).stem[:60]
        return ColumnMapping(columns, keys[0] if keys else "", "", source, options)

    def _option(self, session: Session, one: Field) -> tuple[Field, Sequence[Choice], str]:
        choices = one.choices if isinstance(one.choices, tuple) else one.choices(session)
        return one, choices, self.mapping.options.get(one.name, "")

    @property
    def keys(self) -> list[tuple[str, Message, bool]]:
        """The ways to find records again: value, title, chosen; first those of the target, then any column."""
        now = f"{_OWN_COLUMN}{self.mapping.key_column}" if self.mapping.key_column else self.mapping.key
        known = [(key.name, key.title, now == key.name) for key in self.target.keys]
        own = next((key for key in self.target.keys if key.column), None)
        if own is not None:
            title = _("%(key)s: the column %(column)s")
            for column in self.titles:
                value = f"{_OWN_COLUMN}{column}"
                known.append((value, title.with_values(key=own.title, column=column), now == value))
        return known

    @property
    def asks_source(self) -> bool:
        """Whether the list has a name, in which its numbers are unique."""
        return any(key.column for key in self.target.keys)


def mapping_sent() -> ColumnMapping:
    """Return the mapping that the form of the page holds."""
    sent = request.form
    titles = sent.getlist("title")
    fields = sent.getlist("field")
    columns = {title: name for title, name in zip(titles, fields, strict=False) if name}
    key, column = sent.get("key", "")[:400], ""
    if key.startswith(_OWN_COLUMN):
        key, column = "external_id", key.removeprefix(_OWN_COLUMN)
    options = {name.removeprefix("option-"): value[:200] for name, value in sent.items() if name.startswith("option-")}
    return ColumnMapping(columns, key, column, sent.get("source", "")[:200], options)


class ImportPage:
    """The page of an import that has begun: progress, numbers, problems, what can be done next.

    ``is_working`` says that a job is at work, ``has_ended`` that it failed or was stopped before it was done.
    """

    def __init__(self, session: Session, imported: Import) -> None:
        self.imported = imported
        now = stage_of(session, imported)
        self.stage, self.colour = STAGES[now]
        self.is_working, self.has_ended = now in AT_WORK, now in ENDED
        self.target = _target(session, imported)
        self.phase = "import" if imported.stage in (Stage.IMPORTING, Stage.DONE) else "check"
        self.counts: Mapping[str, int] = imported.result if self.phase == "import" else imported.checked
        if self.has_ended and self.phase == "check":
            self.counts = {}  # an earlier dry run's
        self.job = self._job(session)
        self.operation_id = operation_of(session, imported)
        self.stays = self.has_ended and stays(session, imported)
        self.can_be_dropped = now == Stage.CHECKED or (self.has_ended and bool(imported.folder or not self.stays))
        is_whole = self.operation_id is None or self.stays
        self.can_go_on = self.has_ended and self.job is not None and bool(imported.folder) and is_whole
        self.severities = count_problems(session, imported.id, self.phase)
        self.problems = self.problem_rows(list_problems(session, imported.id, self.phase, size=_SHOWN_PROBLEMS))

    def _job(self, session: Session) -> JobView | None:
        if self.imported.job_id is None:
            return None
        try:
            return view_job(session, self.imported.job_id)
        except NotFound:
            return None

    @property
    def numbers(self) -> list[tuple[Message, int]]:
        """The counts in words; those that are nothing anyway are left out."""
        shown = [(title, self.counts.get(name, 0)) for name, title in NUMBERS]
        return [pair for place, pair in enumerate(shown) if pair[1] or place < 3]

    @property
    def has_work(self) -> bool:
        """Whether importing would change anything."""
        return any(self.counts.get(name) for name in ("created", "changed", "duplicate"))

    duplicates = DUPLICATE_CHOICES

    def problem_rows(self, problems: Sequence[ImportProblem]) -> list[dict[str, Any]]:
        """Return problems as rows of a table."""
        return [self.problem_values(one) for one in problems]

    def problem_values(self, one: ImportProblem) -> dict[str, Any]:
        """Return a problem with its field and severity in words."""
        known = self.target.field(one.field) if self.target is not None else None
        title = known.title if known is not None else ""
        return {"line": one.line, "field": title, "severity": SEVERITIES[one.severity], "message": one.message}

    @property
    def list_url(self) -> str | None:
        """The list of what was imported."""
        path = self.target.list_path if self.target is not None else None
        if path is None or not (self.counts.get("created") or self.counts.get("changed")):
            return None
        return f"{request.script_root}{path}?importing.file={self.imported.id}"


def _samples(title: str, lines: Sequence[Any]) -> list[str]:
    values = dict.fromkeys(value for line in lines if (value := line.cells.get(title, "").strip()))
    return [value if len(value) <= _SAMPLE else f"{value[:_SAMPLE]}…" for value in values][:3]


def _target(session: Session, imported: Import) -> ImportTarget | None:
    try:
        return target_of(session, imported)
    except Forbidden:
        return None
