"""A pivot table as plain rows, for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kartoteka.builtin.reports.cells import label_of, write_totals
from kartoteka.builtin.reports.pivot import Cell, PivotTable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.downloads import Heading

LINE, TOTAL = "line", "total"


def pivot_columns(table: PivotTable) -> list[Heading]:
    """Return the columns of a pivot table."""
    heads = [Heading(f"head{place}", label_of(head)) for place, head in enumerate(table.heads)]
    return [Heading(LINE, table.pivot.down.column.title), *heads, Heading(TOTAL, _("Total"))]


def pivot_rows(table: PivotTable) -> Iterator[dict[str, Any]]:
    """Yield the lines of a pivot table and the sums below them; numbers stay numbers where there is one unit."""
    for label, found, total in table.lines:
        yield _row(label_of(label), found, total)
    yield _row(str(_("Total")), table.feet, table.total)


def _row(label: str, found: list[Cell | None] | list[Cell], total: Cell) -> dict[str, Any]:
    values = {f"head{place}": _number(cell) for place, cell in enumerate(found)}
    return {LINE: label, **values, TOTAL: _number(total)}


def _number(cell: Cell | None) -> Any:
    if cell is None:
        return None
    return next(iter(cell.totals.values())) if len(cell.totals) == 1 else write_totals(cell.totals)
