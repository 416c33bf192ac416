"""What is measured of the program as a whole: its start, its memory, loading and exporting lists, merging."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ours
from databases import Databases
from visitor import Visitor, csrf_token

from kartoteka.builtin.clients.loading import ClientLoader, FileFormat, LoadOptions, read_lines
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.db.journal import insert_rows
from kartoteka.db.migrate import upgrade
from kartoteka.extension.lineages import lineages

LOADED = MERGED = 10_000
EXPORT = "/clients/export"
COLUMNS = {
    "external_id": "id",
    "name": "name",
    "registration_code": "reg_code",
    "vat_code": "vat_code",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "country": "country",
    "notes": "notes",
}


@dataclass(frozen=True)
class Fact:
    """One number of the whole; ``most`` and ``least`` are bounds, None for none."""

    title: str
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def is_within(self) -> bool:
        """Whether its bound holds."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)


def start(seconds: float) -> Fact:
    """How long it took from the start of a process to its first page."""
    return Fact("start to the first page, s", seconds, most=3.0)


def memory(pid: int) -> Fact | None:
    """Return what a process holds after all pages were asked for; None where the system does not tell."""
    held = held_memory(pid)
    return None if held is None else Fact("memory of a worker, MiB", held, most=160.0)


def held_memory(pid: int) -> float | None:
    """Return how much memory a process holds now, in MiB; None where the system does not tell.

    Pages of a database file that are mapped into the process are the system's cache and not counted.
    """
    maps = Path(f"/proc/{pid}/smaps")
    if not maps.exists():
        return None
    kibibytes, is_counted = 0, True
    for line in maps.read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            is_counted = ".db" not in words[-1]
        elif words[0] == "Rss:" and is_counted:
            kibibytes += int(words[1])
    return kibibytes / 1024


def exporting(visitor: Visitor, pid: int, size: int) -> list[Fact]:
    """Take the list of clients away as CSV: how quickly, and what the worker holds more meanwhile."""
    token = csrf_token(visitor.get(EXPORT).body)
    visitor.download(EXPORT, {"format": "csv", "csrf_token": token})  # warm, and what it keeps for good is there
    before, held = held_memory(pid), [0.0]
    begin = time.perf_counter()
    lines = visitor.download(
        EXPORT, {"format": "csv", "csrf_token": token}, lambda: held.append(held_memory(pid) or 0.0)
    )
    seconds = time.perf_counter() - begin
    if lines < size:
        raise RuntimeError(f"The export has {lines} lines instead of {size}.")
    facts = [Fact("rows of the client list exported a second, CSV", size / seconds, least=20_000.0)]
    if before is not None:
        facts.append(Fact("memory that an export takes more, MiB", max(0.0, max(held) - before), most=16.0))
    return facts


def merging(url: str) -> Fact:
    """Merge a client with 10,000 rows into another one, with journal and search texts."""
    installation = ours.open_bench(url)
    with installation.database.transaction(ours.SYSTEM, "Clients to merge") as session:
        common = {"kind": "company", "country": "LT", "registered_on": date(2026, 1, 1)}
        rows = [{**common, "number": f"M{each}", "company_name": f"UAB Merged {each}"} for each in range(2)]
        kept, merged = insert_rows(session, "core_client", rows)
        insert_rows(session, "crm_clients_contact", (_person(merged, number) for number in range(MERGED // 2)))
        places = ({"client_id": merged, "country": "LT", "city": "Kaunas"} for _each in range(MERGED // 2))
        insert_rows(session, "crm_clients_address", places)
    seconds = _timed(lambda: _merge(installation.database, kept, merged))
    installation.database.dispose()
    return Fact("merge of clients with 10,000 rows, s", seconds, most=2.0)


def _merge(database: Any, kept: int, merged: int) -> None:
    with database.transaction(ours.SYSTEM) as session:
        merge_clients(session, kept, [merged])


def _person(client: int, number: int) -> dict[str, Any]:
    names = {"first_name": "Ona", "surname": f"Petraitytė {number}", "email": f"ona{number}@merged.lt"}
    return {"client_id": client, "country": "LT", "phone": f"+3706{number:07}", **names}


def empty_database(databases: Databases) -> str:
    """Return the address of a new database without tables."""
    return databases.get("importing", lambda _url: None, time.time_ns())


def empty_registry(databases: Databases) -> str:
    """Return the address of a new database with our tables."""
    return databases.get("loading", _upgrade, time.time_ns())


def loading(url: str, rows: Path) -> Fact:
    """Load a list of companies into an empty registry, with journal, search texts and duplicate check."""
    seconds = _timed(lambda: _load(url, rows / "companies.csv"))
    return Fact("companies loaded from a file a second", min(LOADED, _count(rows)) / seconds, least=2_000.0)


def _upgrade(url: str) -> None:
    installation = ours.open_bench(url)
    upgrade(installation.database, lineages(installation.registry))
    installation.database.dispose()


def _load(url: str, path: Path) -> None:
    installation = ours.open_bench(url)
    options = LoadOptions(columns=COLUMNS, source="bench", country="LT", kind="company")
    loader = ClientLoader(lambda: installation.database.transaction(ours.SYSTEM, title="Loading"), options)
    lines = (line for number, line in enumerate(read_lines(path, FileFormat())) if number < LOADED)
    loader.load(lines)
    installation.database.dispose()


def _count(rows: Path) -> int:
    return int(rows.name)


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
