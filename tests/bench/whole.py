"""What is measured of the program as a whole: how it starts, what it takes, how quickly it loads a list."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ours
from databases import Databases

from kartoteka.builtin.clients.loading import ClientLoader, FileFormat, LoadOptions, read_lines
from kartoteka.db.migrate import upgrade
from kartoteka.extension.lineages import lineages

LOADED = 10_000
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
    """Return what a process holds after all pages were asked for; None where the system does not tell.

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
    return Fact("memory of a worker, MiB", kibibytes / 1024, most=160.0)


def loading(databases: Databases, rows: Path) -> Fact:
    """Load a list of companies into an empty registry, with journal, search texts and duplicate check."""
    url = databases.get("loading", _upgrade, time.time_ns())
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
