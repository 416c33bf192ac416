"""Loading a whole file of clients from the command line: the same writer as imports, in steps of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from kartoteka.builtin.clients.loading.rows import LoadOptions, demand_columns
from kartoteka.builtin.clients.loading.target import CLIENTS_TARGET
from kartoteka.builtin.clients.loading.totals import LoadTotals
from kartoteka.db.chunks import chunks
from kartoteka.db.journal import continue_operation, operation_of
from kartoteka.db.session import Session
from kartoteka.extension.declarations.importing import ImportOutcome, ImportRow, ImportRun
from kartoteka.extension.importing import SeenHere, row_of, take_rows
from kartoteka.vocabulary.lines import Line


class ClientLoader:
    """Loads clients line by line; running it twice over the same lines changes nothing the second time.

    ``transaction`` opens a writing session, once per step of 500 lines; all steps are one operation of the journal.
    What finished steps have written stays when a later one fails.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]], options: LoadOptions) -> None:
        self.transaction = transaction
        self.options = options
        self.totals = LoadTotals()
        self._operation_id: int | None = None
        self._run = ImportRun(
            seen=SeenHere(),
            key="external_id" if "external_id" in options.columns else "name",
            source=options.source,
            options={"kind": options.kind, "country": options.country},
            duplicates="create" if options.accept_duplicates else "skip",
        )

    def load(self, lines: Iterable[Line], on_step: Callable[[LoadTotals], None] | None = None) -> LoadTotals:
        """Load all lines and return what became of them; ``on_step`` is told after each step.

        Raises FileProblem when the file lacks a column that is to be loaded.
        """
        for batch in chunks(lines):
            if not self.totals.read:
                demand_columns(batch[0], self.options)
            rows = [row for line in batch if (row := self._read(line))]
            with self.transaction() as session:
                outcomes = self._take(session, rows)
            self.totals.take(outcomes)
            if on_step:
                on_step(self.totals)
        return self.totals

    def _read(self, line: Line) -> ImportRow | None:
        """Read a line, or count why it gives no row."""
        self.totals.read += 1
        row = row_of(line, self.options.columns, CLIENTS_TARGET, self._run.key)
        if row is None:
            self.totals.skip(line.number)
        elif isinstance(row, ImportOutcome):
            self.totals.take([row])
        else:
            return row
        return None

    def _take(self, session: Session, rows: list[ImportRow]) -> list[ImportOutcome]:
        if self._operation_id is not None:
            continue_operation(session, self._operation_id)
        outcomes = take_rows(session, CLIENTS_TARGET, rows, self._run)
        if any(one.fate in ("created", "changed") for one in outcomes):
            self._operation_id = operation_of(session)
        return outcomes
