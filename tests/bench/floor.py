"""The floor: the least that can answer the same pages, built from the bench material beside the checkout.

Nothing of it is copied: tables and indexes are read out of the material's own files, its application runs as it is.
"""

from __future__ import annotations

import ast
import csv
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

TABLES = ("companies", "contacts", "activities", "offers", "offer_lines")


def generate_rows(material: Path, size: int, folder: Path) -> Path:
    """Write the generated CSV files for ``size`` companies into ``folder``, once; return the folder."""
    if not (folder / "offer_lines.csv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(material / "gen_data.py"), str(size), str(folder)], check=True)
    return folder


def constants(material: Path) -> dict[str, Any]:
    """Read the floor's tables (DDL), indexes (IDX) and trigram indexes (TRGM) out of the material."""
    tree = ast.parse((material / "floor_load.py").read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in {"DDL", "IDX", "TRGM"}:
            found[target.id] = ast.literal_eval(node.value)
    return found


def build_sqlite(material: Path, rows: Path, url: str) -> None:
    """Load the rows into the floor's SQLite database, an empty file."""
    parts = constants(material)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("pragma journal_mode=wal")
    for table in TABLES:
        connection.execute(f"create table {table} ({parts['DDL'][table]})")
        with (rows / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            marks = ",".join("?" * len(next(reader)))
            connection.executemany(f"insert into {table} values ({marks})", reader)
    for index in parts["IDX"]:
        connection.execute(index)
    connection.execute("analyze")
    connection.commit()
    connection.close()


def build_postgresql(material: Path, rows: Path, url: str) -> None:
    """Load the rows into the floor's PostgreSQL database, which is empty."""
    import psycopg

    parts = constants(material)
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as connection:
        connection.execute("create extension if not exists pg_trgm")
        for table in TABLES:
            columns = parts["DDL"][table].replace("position text", '"position" text')
            connection.execute(f"create table {table} ({columns})")
            with connection.cursor().copy(f"copy {table} from stdin with (format csv, header, null '')") as copy:
                copy.write((rows / f"{table}.csv").read_bytes())
        for index in (*parts["IDX"], *parts["TRGM"]):
            connection.execute(index)
        for table in ("companies", "activities"):
            highest = connection.execute(f"select max(id) from {table}").fetchone()
            connection.execute(f"create sequence {table}_seq start {(highest or [0])[0] + 1}")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("vacuum analyze")
