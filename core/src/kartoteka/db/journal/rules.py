"""Which tables are tracked, and what of them is never written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column


@dataclass(frozen=True, kw_only=True)
class JournalRule:
    """Says that a table's rows are records of a kind whose changes are kept.

    ``client_column`` names the column with the client's id (``id`` for the client itself), or is None;
    ``excluded`` names columns that are not tracked. Secret and derived columns never are.
    """

    kind: str
    table: str
    client_column: str | None = None
    excluded: frozenset[str] = field(default_factory=frozenset)

    def keeps(self, column: Column) -> bool:
        """Tell whether a column's values are written into the journal."""
        return column.name not in self.excluded and not is_hidden(column)


class JournalRules:
    """The tracked tables of one database, by name."""

    def __init__(self) -> None:
        self._by_table: dict[str, JournalRule] = {}
        self.stamp = 0

    def add(self, rule: JournalRule) -> None:
        """Track a table; a second rule for the same table takes the place of the first."""
        self._by_table[rule.table] = rule
        self.stamp += 1

    def of_table(self, table: str) -> JournalRule | None:
        """Return the rule of a table, or None when it is not tracked."""
        return self._by_table.get(table)


def is_hidden(column: Column) -> bool:
    """Tell whether a column is secret or derived, so that no journal, export or undo may hold its values."""
    return bool(column.info.get("secret") or column.info.get("derived"))
