"""Company registers at 10,000 and at a million rows: how fast they are loaded, in what memory, how soon they answer."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import ours
from databases import Databases
from whole import Fact, held_memory

from kartoteka.db.migrate import upgrade
from kartoteka.db.session import use_workplace
from kartoteka.extension.lineages import lineages
from kartoteka_crm_clients.registers.loading import load_file
from kartoteka_crm_clients.registers.made_up import write_register
from kartoteka_crm_clients.registers.queries import suggest

SMALL = 10_000
ROUNDS = 15
ASKED = ("gin", "sau", "sto", "nord", "baltijos lan", "langai eko", "3000", "300004", "LT-3", "uab gintaro")
FILES = {"LT": "jar.csv", "EE": "lihtandmed.csv", "LV": "register.csv", "UA": "edr.xml"}


def measure_registers(databases: Databases, folder: Path, size: int) -> list[Fact]:
    """Load the Lithuanian register small and large, and a tenth of the large one in the other formats."""
    folder.mkdir(parents=True, exist_ok=True)
    facts, answers = [], {}
    for number in (SMALL, size):
        url = databases.get(f"registers-{number}", _prepare)
        loaded = _load(url, "LT", _file(folder, "LT", number))
        answers[number] = _answer(url)
        facts += _facts("LT", number, loaded)
        again = _load(url, "LT", _file(folder, "LT", number, edition=2))
        facts.append(Fact(f"LT newer file, {number:,} rows: rows a second", number / again["seconds"]))
    for country in ("EE", "LV", "UA"):
        url = databases.get(f"registers-{country}".lower(), _prepare)
        facts += _facts(country, size // 10, _load(url, country, _file(folder, country, size // 10)))
    small, large = answers[SMALL], answers[size]
    ratio = large["median"] / small["median"]
    return [
        *facts,
        Fact(f"suggestion at {SMALL:,} rows, ms", small["median"]),
        Fact(f"suggestion at {size:,} rows, ms", large["median"]),
        Fact(f"slowest of {len(ASKED)} questions at {size:,} rows, ms", large["slowest"], most=50.0),
        Fact("suggestion: how many times longer", ratio, most=2.0),
    ]


def _facts(country: str, number: int, loaded: dict[str, float]) -> list[Fact]:
    return [
        Fact(f"{country} new, {number:,} rows: rows a second", number / loaded["seconds"], least=2_000.0),
        Fact(f"{country} new, {number:,} rows: rows a second of the processor", number / loaded["worked"]),
        Fact(f"{country} new, {number:,} rows: memory taken more, MiB", loaded["memory"], most=64.0),
    ]


def _file(folder: Path, country: str, number: int, edition: int = 1) -> Path:
    path = folder / f"{number}-{edition}-{FILES[country]}"
    if not path.exists():
        write_register(country, path, number, edition=edition)
    return path


def _prepare(url: str) -> None:
    installation = ours.open_bench(url)
    upgrade(installation.database, lineages(installation.registry))
    installation.database.dispose()


def _load(url: str, country: str, path: Path) -> dict[str, float]:
    """Load a file in a process of its own, whose memory is nothing but the load's."""
    done = subprocess.run(
        [sys.executable, __file__, url, country, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _load_here(url: str, country: str, path: Path) -> None:
    installation = ours.open_bench(url)
    with use_workplace(installation.database, ours.SYSTEM):
        before, held = held_memory(os.getpid()) or 0.0, [0.0]
        begin, worked = time.perf_counter(), time.process_time()
        load_file(country, path, lambda load: held.append(held_memory(os.getpid()) or 0.0))
        seconds, worked = time.perf_counter() - begin, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "worked": worked, "memory": max(0.0, max(held) - before)}))


def _answer(url: str) -> dict[str, float]:
    installation = ours.open_bench(url)
    medians = [_median(installation, typed) for typed in ASKED]
    installation.database.dispose()
    return {"median": statistics.median(medians), "slowest": max(medians)}


def _median(installation: Any, typed: str) -> float:
    times = []
    for _each in range(ROUNDS + 3):
        with installation.database.reading(ours.SYSTEM) as session:
            begin = time.perf_counter()
            suggest(session, typed, "LT")
            times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[3:])


if __name__ == "__main__":
    _load_here(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
