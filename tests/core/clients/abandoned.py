"""Data of a module that was uninstalled: tables without code, as the database remembers them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from kartoteka.testing.company import Company

_VISIT = """
CREATE TABLE gone_visit (
    id {id} PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES core_client (id) ON DELETE RESTRICT,
    place VARCHAR(100) NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
)
"""
_LIKING = """
CREATE TABLE gone_liking (
    id {id} PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES core_client (id) ON DELETE RESTRICT,
    colour VARCHAR(20) NOT NULL,
    UNIQUE (client_id, colour)
)
"""
_REMARK = """
CREATE TABLE gone_remark (
    id {id} PRIMARY KEY,
    about_kind VARCHAR(80),
    about_id INTEGER,
    words VARCHAR(100) NOT NULL
)
"""
_REFERENCE = """
INSERT INTO core_client_reference (module, table_name, column_name, on_merge, unique_with, on_delete, needs_code)
VALUES ('gone', :table, 'client_id', :on_merge, :unique_with, :on_delete, :needs_code)
"""


def leave_behind(company: Company, first_id: int, second_id: int, *, needs_code: bool = False) -> None:
    """Leave the tables of a module behind: each of two clients has visits, likings and remarks in them."""
    with company.database.engine.begin() as connection:
        kind = "SERIAL" if connection.dialect.name == "postgresql" else "INTEGER"
        for statement in (_VISIT, _LIKING, _REMARK):
            connection.execute(text(statement.format(id=kind)))
        connection.execute(
            text(
                "INSERT INTO core_known_module (module, title, version, table_prefix)"
                " VALUES ('gone', 'Old visits', '0.9', 'gone_')"
            )
        )
        for table in ("gone_visit", "gone_liking", "gone_remark"):
            named = {"table": table}
            connection.execute(text("INSERT INTO core_known_table (table_name, module) VALUES (:table, 'gone')"), named)
        _refer(connection, "gone_visit", "move", "[]", needs_code=needs_code)
        _refer(connection, "gone_liking", "drop_duplicates", '["colour"]', needs_code=False)
        for client_id in (first_id, second_id):
            values = {"client": client_id}
            connection.execute(text("INSERT INTO gone_visit (client_id, place) VALUES (:client, 'Vilnius')"), values)
            connection.execute(text("INSERT INTO gone_liking (client_id, colour) VALUES (:client, 'red')"), values)
            connection.execute(
                text("INSERT INTO gone_remark (about_kind, about_id, words) VALUES ('clients.client', :client, 'hm')"),
                values,
            )
        connection.execute(
            text("INSERT INTO gone_liking (client_id, colour) VALUES (:client, 'blue')"), {"client": second_id}
        )
        connection.execute(
            text("INSERT INTO gone_remark (about_kind, about_id, words) VALUES ('gone.visit', :client, 'other')"),
            {"client": second_id},
        )


def rows_of(company: Company, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table by id."""
    with company.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))]


def _refer(connection: Any, table: str, on_merge: str, unique_with: str, *, needs_code: bool) -> None:
    statement = _REFERENCE
    if connection.dialect.name == "postgresql":
        statement = statement.replace(":unique_with", "CAST(:unique_with AS jsonb)")
    values = {"table": table, "on_merge": on_merge, "unique_with": unique_with, "needs_code": needs_code}
    connection.execute(text(statement), {**values, "on_delete": "refuse"})
