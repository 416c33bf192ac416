"""Writing the rows of a file into the registry: matched by external id, checked like the form, in steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kartoteka.builtin.clients.checking import NOTHING, Findings, check_values, unusual_fields
from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.loading.lines import Line
from kartoteka.builtin.clients.loading.rows import LoadOptions, Row, demand_columns, new_values, read_row
from kartoteka.builtin.clients.loading.storing import (
    TABLE,
    Holder,
    Stored,
    code_of,
    find_holders,
    find_stored,
    outside_ids,
)
from kartoteka.builtin.clients.loading.totals import LineProblem, LoadTotals
from kartoteka.builtin.clients.numbering import draw_numbers
from kartoteka.db.announce import announce
from kartoteka.db.journal import continue_operation, insert_rows, operation_of, update_rows
from kartoteka.db.session import Session
from kartoteka.extension.signals import client_changed, client_created
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

STEP = 500
"""Lines read and written in one transaction: few enough for a clerk to save in between."""


@dataclass(frozen=True)
class _Checked:
    row: Row
    before: Stored | None
    found: Findings


@dataclass
class _Plan:
    """What one step is going to write."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)


class ClientLoader:
    """Loads clients line by line; running it twice over the same lines changes nothing the second time.

    ``transaction`` opens a writing session, once per step; all steps are one operation of the journal. What finished
    steps have written stays when a later one fails.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]], options: LoadOptions) -> None:
        self.transaction = transaction
        self.options = options
        self.totals = LoadTotals()
        self._operation_id: int | None = None
        self._accepted: dict[str, tuple[int, int]] = {}

    def load(self, lines: Iterable[Line], on_step: Callable[[LoadTotals], None] | None = None) -> LoadTotals:
        """Load all lines and return what became of them; ``on_step`` is told after each step.

        Raises FileProblem when the file lacks a column that is to be loaded.
        """
        for batch in _batches(lines):
            if not self.totals.read:
                demand_columns(batch[0], self.options)
            rows = [row for line in batch if (row := self._read(line))]
            with self.transaction() as session:
                self._load_step(session, rows)
            if on_step:
                on_step(self.totals)
        return self.totals

    def _read(self, line: Line) -> Row | None:
        """Read a line, or count why it gives no row."""
        self.totals.read += 1
        if line.problem is not None:
            self.totals.refuse(line.number, {"": line.problem})
            return None
        if not any(sign.isalnum() for title in self.options.titles for sign in line.cells.get(title, "")):
            self.totals.skip(line.number)
            return None
        row = read_row(line, self.options)
        if row.problem is not None:
            self.totals.refuse(line.number, {row.problem_field: row.problem})
            return None
        return row

    def _load_step(self, session: Session, rows: Sequence[Row]) -> None:
        stored = find_stored(session, self.options.source, [row.key for row in rows])
        outside = outside_ids(session, [one.id for one in stored.values()])
        checked = [self._check(row, stored.get(row.key)) for row in rows]
        holders = {} if self.options.accept_duplicates else find_holders(session, [_whole(one) for one in checked])
        plan = _Plan()
        for one in checked:
            if problems := self._problems(one, outside, holders):
                self.totals.refuse(one.row.line, problems)
            else:
                self._place(one, plan, holders)
        self._write(session, plan)

    def _check(self, row: Row, before: Stored | None) -> _Checked:
        values = row.values_for(before.values["kind"] if before else row.kind)
        if before is None:
            return _Checked(row, None, check_values({**new_values(self.options, row), **values}))
        return _Checked(row, before, check_values(values, before.values))

    def _problems(self, one: _Checked, outside: set[int], holders: Mapping[str, Holder]) -> dict[str, Message]:
        first_line, first_values = self._accepted.get(one.row.key, (0, 0))
        if first_line and first_values != _digest(one.found.values, self.options):
            problem = _("Line %(line)s has the same client with other values; this line was left out.")
            return {"external_id": problem.with_values(line=first_line)}
        if one.before is not None and one.before.id in outside:
            return {"external_id": _("This client belongs to another manager.")}
        if one.found.errors or first_line:
            return one.found.errors
        holder = holders.get(code_of(_whole(one)))
        if holder is None or (one.before is not None and holder.id == one.before.id):
            return {}
        return {"registration_code": _code_taken(holder)}

    def _place(self, one: _Checked, plan: _Plan, holders: dict[str, Holder]) -> None:
        values = one.found.values
        if one.row.key in self._accepted:
            self.totals.unchanged += 1
            return
        self._accepted[one.row.key] = (one.row.line, _digest(values, self.options))
        self.totals.warnings += [LineProblem(one.row.line, name, why) for name, why in one.row.warnings.items()]
        code = code_of(_whole(one))
        if code and not self.options.accept_duplicates:
            holders.setdefault(code, Holder(None))
        if one.before is None:
            plan.new.append(values)
            return
        changes = {name: value for name, value in values.items() if one.before.values[name] != value}
        if changes:
            plan.changed[one.before.id] = changes
            self.totals.unusual += bool(unusual_fields(_whole(one)))
        self.totals.changed += bool(changes)
        self.totals.unchanged += not changes

    def _write(self, session: Session, plan: _Plan) -> None:
        if not (plan.new or plan.changed):
            return
        if self._operation_id is not None:
            continue_operation(session, self._operation_id)
        self._operation_id = operation_of(session)
        if plan.new:
            self._create(session, plan.new)
        if plan.changed:
            update_rows(session, TABLE, plan.changed)
            names = sorted({name for values in plan.changed.values() for name in values})
            announce(session, client_changed, CLIENT_KIND, ids=list(plan.changed), fields=names)

    def _create(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        for values, number in zip(rows, draw_numbers(session, len(rows)), strict=True):
            values["number"] = number
        ids = insert_rows(session, TABLE, rows)
        self.totals.created += len(rows)
        self.totals.unusual += sum(bool(unusual_fields(_padded(values))) for values in rows)
        announce(session, client_created, CLIENT_KIND, ids=list(ids))


def _whole(one: _Checked) -> dict[str, Any]:
    return _padded({**(one.before.values if one.before else {}), **one.found.values})


def _padded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**NOTHING, **values}


def _digest(values: Mapping[str, Any], options: LoadOptions) -> int:
    """Return what two lines about one client have in common when they say the same; for this process only."""
    attributes = ({"company_name", "surname"} | set(options.columns)) - {"external_id"}
    return hash(tuple(sorted((name, str(value)) for name, value in values.items() if name in attributes)))


def _code_taken(holder: Holder) -> Message:
    if holder.id is None:
        return _("Another line of this file has the same registration code.")
    if not holder.number:
        return _("This client belongs to another manager.")
    return _("Client %(number)s has the same registration code.", number=holder.number)


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while batch := list(islice(source, STEP)):
        yield batch
