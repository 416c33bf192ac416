"""Measures the finder of duplicates: ``make bench``, alone ``python tests/bench/run.py --only duplicates``.

Prints precision and recall on the labelled sets of ../shared, then time and memory of a first search among generated
clients and of one after a few were changed. Exits with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from labelled import measure_sets  # noqa: E402
from sqlalchemy import select  # noqa: E402

from kartoteka.builtin.clients.models import Client, SimilarClients  # noqa: E402
from kartoteka.builtin.clients.pairs.job import look, store  # noqa: E402
from kartoteka.builtin.clients.pairs.queries import Place, read_pairs  # noqa: E402
from kartoteka.builtin.clients.service import change_client  # noqa: E402
from kartoteka.config import Config  # noqa: E402
from kartoteka.db.actor import Actor  # noqa: E402
from kartoteka.db.engine import Database  # noqa: E402
from kartoteka.db.journal import insert_rows  # noqa: E402
from kartoteka.db.migrate import upgrade  # noqa: E402
from kartoteka.db.session import use_workplace  # noqa: E402
from kartoteka.extension.declarations.work import RunningJob  # noqa: E402
from kartoteka.extension.lineages import lineages  # noqa: E402
from kartoteka.installation import open_installation  # noqa: E402

SHARED = HERE.parents[2] / "shared"
SYSTEM = Actor.system("bench")
LEAST_F1 = 0.9
MOST_SECONDS = 300
MOST_GROWTH = 150
"""How many MB of memory a search may take, however many clients there are."""
_SYLLABLES = tuple("babadadragagrakalamanenoparisataravizukolomovaduge"[at : at + 2] for at in range(0, 48, 2))
_FORMS = ("UAB", "AB", "MB", "VšĮ", "SIA", "OÜ", "ТОВ")


def main() -> int:
    """Measure and print; return the exit code."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--clients", type=int, default=100_000, help="generated clients, none with 0 (default 100000)")
    options = wanted.parse_args()
    is_within = True
    if SHARED.is_dir():
        print(f"{'labelled set':28} {'size':>6} precision recall    F1")
        for one in measure_sets(SHARED):
            verdict = "ok" if one.f1 >= LEAST_F1 else "UNDER"
            print(f"{one.title:28} {one.size:6,} {one.precision:9.3f} {one.recall:6.3f} {one.f1:5.3f} {verdict}")
    if options.clients:
        is_within = measure_search(options.clients)
    return 0 if is_within else 1


def measure_search(count: int) -> bool:
    """Search among so many clients and print how it went; say whether the bounds hold."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database=f"sqlite:///{folder}/bench.db", secret="only for measuring", instance=folder)
        installation = open_installation(config)
        database = installation.database
        upgrade(database, lineages(installation.registry))
        planted = fill(database, count)
        before = own_memory()
        worked = time.process_time()
        first, most = search(database)
        worked = time.process_time() - worked
        grown = most - before
        with database.transaction(SYSTEM) as session:
            for number in range(1, 101):
                change_client(session, number, {"company_name": f"Changed {number}"})
        second, _most = search(database)
        with database.reading(SYSTEM) as session:
            began = time.perf_counter()
            read_pairs(session, Place())
            page = time.perf_counter() - began
        print(f"\nfirst search among {count:,} clients: {first:.0f} s (at most {MOST_SECONDS})")
        print(f"the processor worked {worked:.0f} s for it; {grown} MB more memory than before")
        print(f"search after 100 of them changed: {second:.1f} s; a page of pairs: {page * 1000:.0f} ms")
        print(f"planted duplicates found: {_found(database, planted):.3f}")
    return first <= MOST_SECONDS and grown <= MOST_GROWTH


def fill(database: Database, count: int) -> set[tuple[int, int]]:
    """Enter companies, every thirtieth of them a second time with slips; return the couples that are one."""
    drawn = random.Random(7)
    rows: list[dict[str, object]] = []
    planted = set()
    while len(rows) < count:
        rows.append(_company(drawn, len(rows)))
        if len(rows) % 30 == 0:
            twin = _twin(drawn, rows[-1 - drawn.randrange(20)], len(rows))
            planted.add((int(str(twin.pop("of"))), len(rows) + 1))
            rows.append(twin)
    for start in range(0, len(rows), 5000):
        with database.transaction(SYSTEM) as session:
            part = rows[start : start + 5000]
            insert_rows(session, Client, [{name: row[name] for name in row if name != "id"} for row in part])
    return planted


def own_memory() -> int:
    """Return the memory of this process in MB, without what it sees of files (Linux)."""
    try:
        found = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
    except OSError:
        return 0
    return int(found[1]) // 1024 if found else 0


def search(database: Database) -> tuple[float, int]:
    """Search once, step by step as a worker does it; return the seconds it took and the most memory it had, in MB."""
    job = RunningJob(id=1)
    most = 0
    began = time.perf_counter()
    while True:
        job.goes_on = False
        with use_workplace(database, SYSTEM):
            look(job)
        with database.transaction(SYSTEM) as session:
            store(session, job)
        most = max(most, own_memory())
        if not job.goes_on:
            return time.perf_counter() - began, most


def _company(drawn: random.Random, number: int) -> dict[str, object]:
    words = ["".join(drawn.choices(_SYLLABLES, k=drawn.randint(2, 4))).capitalize() for _ in range(drawn.randint(1, 3))]
    name = " ".join(words)
    return {
        "id": number + 1,
        "number": f"B{number:07}",
        "kind": "company",
        "company_name": f"{drawn.choice(_FORMS)} {name}",
        "country": "LT",
        "registration_code": str(300_000_000 + number) if drawn.random() < 0.8 else "",
        "phone": f"+3706{drawn.randrange(10**7):07}" if drawn.random() < 0.7 else "",
        "email": f"info@{words[0].lower()}{number}.lt" if drawn.random() < 0.6 else "",
        "registered_on": date(2026, 1, 1),
    }


def _twin(drawn: random.Random, row: dict[str, object], number: int) -> dict[str, object]:
    """Return a second card of a company: without its code, with a slip in its name and perhaps another phone."""
    name = str(row["company_name"]).partition(" ")[2]
    at = drawn.randrange(1, len(name))
    slipped = name[:at] + drawn.choice("aeiouklmn") + name[at + 1 :]
    phone = row["phone"] if drawn.random() < 0.7 else ""
    twin = {"of": row["id"], "number": f"B{number:07}", "company_name": f"{slipped}, UAB", "registration_code": ""}
    return {**row, **twin, "id": number + 1, "phone": phone, "email": row["email"] if not phone else ""}


def _found(database: Database, planted: set[tuple[int, int]]) -> float:
    with database.reading(SYSTEM) as session:
        rows = session.execute(select(SimilarClients.first_id, SimilarClients.second_id))
        found = {(row.first_id, row.second_id) for row in rows}
    return len(found & {couple for couple in planted if min(couple) > 100}) / max(1, len(planted))


if __name__ == "__main__":
    sys.exit(main())
