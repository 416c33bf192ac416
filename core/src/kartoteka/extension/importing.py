"""Takes lines of a file into an import target, some hundred at a time: the same for pages, jobs and commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from kartoteka.db.session import Session
from kartoteka.extension.declarations.importing import Fate, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.memory import undisturbed
from kartoteka.vocabulary.lines import Line
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

KEYS = "key"
"""What the keys of lines are remembered under."""


class SeenHere:
    """Remembers what was seen in the memory of this process: for one reading from the first line to the last."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, tuple[int, str]]] = {}

    def look(self, name: str, values: Iterable[str]) -> Mapping[str, tuple[int, str]]:
        """Return the line and the note of those values that were seen before."""
        known = self._known.get(name, {})
        return {value: known[value] for value in values if value in known}

    def note(self, name: str, found: Mapping[str, tuple[int, str]]) -> None:
        """Remember values with their line and a note; the first line stays."""
        known = self._known.setdefault(name, {})
        for value, place in found.items():
            known.setdefault(value, place)


def row_of(
    line: Line, columns: Mapping[str, str], target: ImportTarget, key: str, key_column: str = ""
) -> ImportRow | ImportOutcome | None:
    """Return the line as a row, the outcome when it can't be one, or None when it holds no data.

    ``columns`` gives the title of the column for each field; ``key_column`` a column that is the key without being
    imported.
    """
    if line.problem is not None:
        return ImportOutcome(line.number, Fate.REFUSED, {"": line.problem})
    if not any(map(_says_something, (line.cells.get(title, "") for title in columns.values()))):
        return None
    absent = [title for title in columns.values() if title not in line.cells]
    if absent:
        problem = _("There is no column %(title)s in this line.", title=absent[0])
        return ImportOutcome(line.number, Fate.REFUSED, {"": problem})
    cells = {name: line.cells[title] for name, title in columns.items()}
    found_by = target.find_key(key)
    if found_by is None:
        return ImportRow(line.number, cells)
    typed = [line.cells.get(key_column, "")] if key_column else [cells.get(name, "") for name in found_by.fields]
    text = " / ".join(filter(None, map(clean_line, typed)))
    if not text:
        return ImportOutcome(line.number, Fate.REFUSED, {found_by.fields[0]: _no_key(found_by.title)})
    return ImportRow(line.number, cells, text)


@undisturbed()
def take_rows(session: Session, target: ImportTarget, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Store these rows, or only look at them in a dry run, and return what became of each, in order of their lines.

    A key that stood on an earlier line with the same cells is unchanged, with other cells refused.
    """
    outcomes: list[ImportOutcome] = []
    waiting = list(rows)
    notes = {row.line: _note(row) for row in rows if row.key}
    while waiting:
        firsts, repeats = _split(waiting, run)
        done = _take(session, target, firsts, run)
        outcomes += done
        taken = {row.key: (row.line, notes[row.line]) for row, one in _pairs(firsts, done) if row.key and _is_in(one)}
        run.seen.note(KEYS, taken)
        known = {**run.seen.look(KEYS, {row.key for row in repeats}), **taken}
        waiting = []
        for row in repeats:
            if row.key in known and known[row.key][0] < row.line:
                outcomes.append(_repeated(row, known[row.key], notes[row.line], target, run))
            else:
                waiting.append(row)
    return sorted(outcomes, key=lambda one: one.line)


def _split(rows: Sequence[ImportRow], run: ImportRun) -> tuple[list[ImportRow], list[ImportRow]]:
    """Part the rows that may be the first with their key from those that stand behind another one."""
    known = run.seen.look(KEYS, {row.key for row in rows if row.key})
    firsts: list[ImportRow] = []
    repeats: list[ImportRow] = []
    here: set[str] = set()
    for row in rows:
        is_repeat = bool(row.key) and (row.key in here or known.get(row.key, (row.line,))[0] < row.line)
        (repeats if is_repeat else firsts).append(row)
        here.add(row.key)
    return firsts, repeats


def _take(session: Session, target: ImportTarget, rows: list[ImportRow], run: ImportRun) -> Sequence[ImportOutcome]:
    if not rows:
        return []
    found = target.match(session, rows, run) if run.key else {}
    if found:
        rows = [replace(row, record_id=found[row.line]) if row.line in found else row for row in rows]
    outcomes = target.write(session, rows, run)
    if [one.line for one in outcomes] != [row.line for row in rows]:
        raise ValueError(f"Import target {target.key}: write must return one outcome for each row, in their order.")
    return outcomes


def _repeated(row: ImportRow, first: tuple[int, str], note: str, target: ImportTarget, run: ImportRun) -> ImportOutcome:
    if first[1] == note:
        return ImportOutcome(row.line, Fate.UNCHANGED)
    key = target.find_key(run.key)
    problem = _("Line %(line)s has the same record with other values; this line was left out.", line=first[0])
    return ImportOutcome(row.line, Fate.REFUSED, {key.fields[0] if key else "": problem})


def _pairs(rows: Sequence[ImportRow], outcomes: Sequence[ImportOutcome]) -> Iterable[tuple[ImportRow, ImportOutcome]]:
    return zip(rows, outcomes, strict=True)


def _is_in(outcome: ImportOutcome) -> bool:
    return outcome.fate not in (Fate.REFUSED, Fate.DUPLICATE)


def _note(row: ImportRow) -> str:
    """Return what two lines with one key have in common when they say the same."""
    text = "\x1f".join(f"{name}={clean_line(cell)}" for name, cell in row.cells.items())
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _no_key(title: Message) -> Message:
    return _("This line has nothing to be found again by: %(key)s.", key=title)


def _says_something(cell: str) -> bool:
    return cell.isalnum() or any(map(str.isalnum, cell))
