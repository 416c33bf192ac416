"""The tables behind search: one row per record, and SQLite's full-text index over them."""

from __future__ import annotations

import zlib
from functools import cache

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC
from kartoteka.vocabulary.search import DIGIT_PIECE

INDEX_TABLE = "core_search_index"

# Rows wait in a list that every search reads whole: with the server's own 4 MB a search after an import took
# 64 ms instead of 4; without any list an import ran five times slower.
_PENDING = {"gin_pending_list_limit": 512}


PIECES_OF_DIGITS = "core_pieces_of_digits"
"""The function that PostgreSQL's index of digits is made with."""

# Not in SQL: a query inside a function takes four times as long as a loop.
_PIECES_OF_DIGITS = f"""
CREATE OR REPLACE FUNCTION {PIECES_OF_DIGITS}(digits text) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found integer[] := '{{}}';
    piece text;
BEGIN
    FOR place IN 1 .. length(digits) - {DIGIT_PIECE - 1} LOOP
        piece := substr(digits, place, {DIGIT_PIECE});
        IF strpos(piece, ' ') = 0 THEN
            found := found || piece::integer;
        END IF;
    END LOOP;
    RETURN found;
END $$
"""

_TextId = BigInteger().with_variant(Integer, "sqlite")  # there it has 64 bits anyway, and must be called INTEGER
RECORD_BITS = 32
"""The lower bits of a text's id are the id of its record, the upper ones stand for its kind."""


@cache
def kind_place(kind: str) -> int:
    """Return the number that stands for a kind in the ids of its texts; the same everywhere and for good."""
    return zlib.crc32(kind.encode()) & 0x7FFF_FFFF


def text_id(kind: str, record_id: int) -> int:
    """Return the id of the text of a record."""
    return kind_place(kind) << RECORD_BITS | record_id


class SearchText(Model):
    """The search text of one record.

    Its id says which (see ``text_id``), so that SQLite's index, which knows nothing of a text but its id, names the
    record without a look at the text: that took most of the time of a search with thousands of hits.

    Everybody may read it within a statement, because it says nothing by itself: lists reach it only joined to
    records whose own row rights apply.
    """

    __tablename__ = "core_search_text"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(_TextId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(100))
    record_id: Mapped[int]
    client_id: Mapped[int | None] = mapped_column(index=True)
    module: Mapped[str] = mapped_column(String(50), index=True)
    text: Mapped[str] = mapped_column(Text)
    digits: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        # The kind comes last: an index that begins with it would tempt SQLite to read every record of the kind.
        UniqueConstraint("record_id", "kind"),
        Index(
            "ix_core_search_text_text",
            "text",
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_with=_PENDING,
        ).ddl_if("postgresql"),
        Index(
            "ix_core_search_text_digits",
            getattr(func, PIECES_OF_DIGITS)(digits),
            postgresql_using="gin",
            postgresql_with=_PENDING,
        ).ddl_if("postgresql"),
    )


class SearchIndex(Model):
    """SQLite's full-text index over ``SearchText`` (same row ids), kept in step by triggers.

    ``query`` is the hidden column that FTS5 is asked on with MATCH.
    """

    # Metadata of its own: it is a virtual table, which nothing but create_search_tables may make or compare.
    __table__ = Table(
        INDEX_TABLE,
        MetaData(),
        Column("rowid", Integer, primary_key=True),
        Column(INDEX_TABLE, Text, key="query"),
    )
    __row_scope__ = PUBLIC


_GIN_INDEXES = [
    index
    for index in SearchText.__table__.indexes  # type: ignore[attr-defined]
    if index.dialect_options["postgresql"]["using"] == "gin"
]
_FTS = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX_TABLE} USING fts5("
    "text, digits, content='core_search_text', content_rowid='id', tokenize='trigram case_sensitive 1')"
)
_ADD = f"INSERT INTO {INDEX_TABLE}(rowid, text, digits) VALUES (new.id, new.text, new.digits);"  # noqa: S608 - a constant
_TAKE = (
    f"INSERT INTO {INDEX_TABLE}({INDEX_TABLE}, rowid, text, digits) "  # noqa: S608 - a constant
    "VALUES ('delete', old.id, old.text, old.digits);"
)
_TRIGGERS = {
    "core_search_text_added": f"AFTER INSERT ON core_search_text BEGIN {_ADD} END",
    "core_search_text_removed": f"AFTER DELETE ON core_search_text BEGIN {_TAKE} END",
    "core_search_text_changed": f"AFTER UPDATE OF id, text, digits ON core_search_text BEGIN {_TAKE} {_ADD} END",
}


def prepare_search(connection: Connection) -> None:
    """Make what PostgreSQL's indexes of ``core_search_text`` need: the trigram extension and a function; repeatable."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.exec_driver_sql(_PIECES_OF_DIGITS)


def create_search_tables(connection: Connection) -> None:
    """Make what finds texts quickly, beside an existing ``core_search_text``; repeatable.

    On SQLite that is the full-text table with its triggers (which are lost when a migration rebuilds
    ``core_search_text``: call this again), on PostgreSQL the indexes of words and digits.
    """
    prepare_search(connection)
    if connection.dialect.name == "postgresql":
        for index in _GIN_INDEXES:
            index.create(connection, checkfirst=True)
        return
    connection.exec_driver_sql(_FTS)
    for name, body in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


def refill_search_index(connection: Connection) -> None:
    """Make SQLite's full-text index anew from the texts; PostgreSQL keeps its indexes in step itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {INDEX_TABLE}({INDEX_TABLE}) VALUES ('rebuild')")  # noqa: S608 - a constant


def drop_search_tables(connection: Connection) -> None:
    """Take away again what ``create_search_tables`` made (a migration's way down)."""
    if connection.dialect.name == "postgresql":
        for index in _GIN_INDEXES:
            index.drop(connection, checkfirst=True)
        return
    for name in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {INDEX_TABLE}")
