"""Words of a person where no column says whose the row is: notifications, titles of work, lines of imports, jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import MetaData, Table, Text, cast, column, inspect, literal, or_, select, table, update
from sqlalchemy.dialects.postgresql import JSONB

from kartoteka.builtin.privacy.holdings import CLIENTS, Holdings
from kartoteka.builtin.privacy.texts import PATTERNS, as_text, holds_any, is_json, joined, text_columns
from kartoteka.builtin.privacy.titles import TITLES, clean_title
from kartoteka.db.base import Model
from kartoteka.db.chunks import chunks
from kartoteka.db.lineages import VERSION_TABLE
from kartoteka.db.references import KnownTable
from kartoteka.db.search_feed import renew_some

Clean = Callable[[str, str], str]
LEFT_ALONE = frozenset(
    {
        "core_api_key",
        "core_audit",
        "core_audit_head",
        "core_client_reference",
        "core_department",
        "core_directory_company",
        "core_directory_entry",
        "core_inbox_account",
        "core_journal",
        "core_known_module",
        "core_known_table",
        "core_mail_account",
        "core_mail_signature",
        "core_module",
        "core_number_series",
        "core_owner_column",
        "core_personal_data",
        "core_role",
        "core_schedule",
        "core_setting",
        "core_state",
        "core_user",
    }
)
"""Tables of the company itself, in which a person of the same name may be a colleague, and those treated apart."""


class Sweep:
    """Removes words from rows that belong to nobody or to the client, and counts those that belong to others."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.words = holdings.words
        self.connection = holdings.connection
        self.swept: Counter[str] = Counter()
        self.mentions: Counter[str] = Counter()
        self.rows: dict[str, list[int]] = {}

    def run(self) -> None:
        """Go through all tables; what is found by other words from then on gets a new search text."""
        if not self.words.all:
            return
        for found in self._tables():
            columns = text_columns(found)
            if not columns:
                continue
            owners = self._owners(found)
            self._sweep(found, columns, owners, self.words.patterns(), self._without)
            if titles := [one for one in columns if one.name in TITLES]:
                self._sweep(found, titles, owners, self.words.title_patterns(), self._without_in_title)
            if owners:
                self._count_mentions(found, columns, owners)
        for name, ids in self.rows.items():
            renew_some(self.holdings.session, name, ids)

    def _owners(self, found: Table) -> list[Any]:
        if found.name == CLIENTS:
            return [found.c.id]
        declared = [found.c[place.column] for place in self.holdings.columns.get(found.name, ())]
        return declared or ([found.c.client_id] if "client_id" in found.c else [])

    def _sweep(
        self, found: Table, columns: Sequence[Any], owners: Sequence[Any], patterns: Sequence[str], clean: Clean
    ) -> None:
        keys = list(found.primary_key.columns)
        written = [one for one in columns if not one.primary_key]
        if not keys or not written:
            return
        own = [or_(owner.is_(None), owner.in_(self.holdings.client_ids)) for owner in owners]
        texts = [as_text(one).label(f"text_{number}") for number, one in enumerate(written)]
        # Joined once below: a comparison for each word in each column takes longer to write than to make.
        inner = select(*keys, *texts, joined(written).label("whole")).where(*own).subquery()
        if not self._has_rows(inner):
            return
        for some in chunks(patterns, PATTERNS):
            statement = select(*list(inner.c)[:-1]).where(holds_any(inner.c.whole, some))
            for row in self.connection.execute(statement).all():
                if (found.name, row[0]) not in self.holdings.kept:
                    self._write(found, keys, written, row, clean)

    def _without(self, name: str, text: str) -> str:
        return self.words.without(text)

    def _without_in_title(self, name: str, text: str) -> str:
        return clean_title(self.words, name, text)

    def _write(self, found: Table, keys: Sequence[Any], written: Sequence[Any], row: Any, clean: Clean) -> None:
        values: dict[str, Any] = {}
        for one, before in zip(written, row[len(keys) :], strict=True):
            after = clean(one.name, before) if before else before
            if after != before:
                values[one.name] = self._as_kept(one, after)
        if not values:
            return
        # Without the table's own types: what stands there may be no more what they expect.
        bare = table(found.name, *(column(key.name) for key in keys), *(column(name) for name in values))
        same = [bare.c[key.name] == value for key, value in zip(keys, row, strict=False)]
        self.connection.execute(update(bare).where(*same).values(values))
        self.swept[found.name] += 1
        if [key.name for key in keys] == ["id"]:
            self.rows.setdefault(found.name, []).append(row[0])

    def _as_kept(self, one: Any, text: str) -> Any:
        plain: Any = literal(text, Text)
        return cast(plain, JSONB) if is_json(one) and self.connection.dialect.name == "postgresql" else plain

    def _count_mentions(self, found: Table, columns: Sequence[Any], owners: Sequence[Any]) -> None:
        others = [owner.not_in(self.holdings.client_ids) for owner in owners]
        keys = list(found.primary_key.columns)
        if not keys:
            return
        inner = select(*keys, joined(columns).label("whole")).where(*others).subquery()
        rows: set[Any] = set()
        if not self._has_rows(inner):
            return
        for some in chunks(self.words.patterns(), PATTERNS):
            statement = select(*list(inner.c)[:-1]).where(holds_any(inner.c.whole, some))
            rows.update(map(tuple, self.connection.execute(statement)))
        if rows:
            self.mentions[found.name] += len(rows)

    def _has_rows(self, chosen: Any) -> bool:
        """Tell whether a search for many words is worth its statements: most tables hold nothing of the sort."""
        return self.connection.execute(select(chosen.c[0]).limit(1)).first() is not None

    def _tables(self) -> Iterator[Table]:
        for name in sorted(inspect(self.connection).get_table_names()):
            if name in LEFT_ALONE or name.startswith((VERSION_TABLE, "alembic", "sqlite_", "core_search_fts")):
                continue
            known = Model.metadata.tables.get(name)
            if known is not None:
                yield known
            elif name in self._modules_tables:
                yield Table(name, MetaData(), autoload_with=self.connection, resolve_fks=False)

    @property
    def _modules_tables(self) -> frozenset[str]:
        return frozenset(self.connection.scalars(select(KnownTable.__table__.c.table_name)))
