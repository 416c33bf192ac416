"""Measures our pages against the bare floor, in one run, on SQLite and PostgreSQL: ``make bench SIZE=10000``.

Prints one table a database and exits with 1 when a budget is broken. Times are medians; only their ratios mean
anything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import floor  # noqa: E402
import importing  # noqa: E402
import mailing  # noqa: E402
import ours  # noqa: E402
import papers  # noqa: E402
import registers  # noqa: E402
import whole  # noqa: E402
import working  # noqa: E402
from databases import POSTGRESQL, SQLITE, Databases  # noqa: E402
from measuring import (  # noqa: E402
    Result,
    ask_for_report,
    ask_pages,
    ask_to_create,
    ask_to_register,
    far_pages,
    lines,
    measure,
)
from reporting import Measured, compare_sizes, keep_results, show  # noqa: E402
from servers import serving  # noqa: E402
from visitor import Visitor  # noqa: E402

MATERIAL = ROOT.parent / "shared" / "bench"
WORK = ROOT / "build" / "bench"
MOST_IMPORTED = 100_000


def main() -> int:
    """Build both sides, measure, print; return the exit code."""
    options = _options()
    if options.only == "duplicates":
        return _measure_duplicates(options.size)
    if not (MATERIAL / "gen_data.py").exists():
        print("The bench needs ../shared/bench beside the checkout.")
        return 2
    rows = WORK
    if options.only != "registers":
        rows = floor.generate_rows(MATERIAL, options.size, WORK / str(options.size))
    are_within = True
    for kind in [options.database] if options.database else [SQLITE, POSTGRESQL]:
        print(f"\n{kind}, {options.size:,} companies, {options.rounds} rounds", flush=True)
        databases = Databases(kind, WORK, options.keep)
        measured = _run(databases, rows, options) if options.only != "registers" else _registers(databases, options)
        show(measured)
        if not options.only:
            keep_results(WORK, kind, options.size, measured)
            compare_sizes(WORK, kind)
        are_within = are_within and measured.is_within
    if not options.only:
        are_within = _measure_duplicates(options.size) == 0 and are_within
    return 0 if are_within else 1


def _measure_duplicates(size: int) -> int:
    """Measure the finder of duplicates in a process of its own, because its memory counts."""
    print(f"\nduplicates, {size:,} clients", flush=True)
    return subprocess.run([sys.executable, HERE / "duplicates.py", "--clients", str(size)], check=False).returncode


def _options() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--size", type=int, default=10_000, help="companies (default 10000)")
    wanted.add_argument("--rounds", type=int, default=40, help="counted requests a line (default 40)")
    wanted.add_argument("--database", choices=(SQLITE, POSTGRESQL), help="only this database")
    wanted.add_argument("--keep", action="store_true", help="use the databases of the last run again when they fit")
    wanted.add_argument(
        "--only",
        default="",
        help="only lines whose title contains this; also: export, imports, loading, mails, merge, PDF, registers",
    )
    return wanted.parse_args()


def _run(databases: Databases, rows: Path, options: argparse.Namespace) -> Measured:
    floor_url, our_url = floor_database(databases, rows), our_database(databases, rows)
    with (
        serving("floor_app:app", MATERIAL, {"FLOOR_DB": floor_url}, "/ping") as floor_server,
        serving("ours_app:app", HERE, {"BENCH_DATABASE": our_url}, "/login") as our_server,
    ):
        results = _measure_pages(Visitor(floor_server.port), our_server.port, databases.kind, our_url, options)
        facts = [whole.start(our_server.seconds), whole.memory(our_server.pid)]
        if options.only in "export":
            facts += _measure_export(our_server, options)
    return Measured(results, [fact for fact in [*facts, *_measure_alone(databases, rows, options)] if fact is not None])


def _measure_alone(databases: Databases, rows: Path, options: argparse.Namespace) -> list[whole.Fact]:
    """Measure what needs an empty database for itself."""
    facts: list[whole.Fact] = []
    if options.only in "loading":
        facts.append(whole.loading(whole.empty_registry(databases), rows))
    if options.only in "imports":
        facts += importing.importing(whole.empty_database(databases), min(options.size, MOST_IMPORTED))
    if options.only in "mails":
        facts.append(mailing.mailing(whole.empty_registry(databases)))
    if options.only in "merge":
        facts.append(whole.merging(whole.empty_registry(databases)))
    if options.only in "PDF":
        facts.append(papers.printing(whole.empty_registry(databases)))
    return facts


def _registers(databases: Databases, options: argparse.Namespace) -> Measured:
    """Measure company registers alone: their size is that of a register, not that of a company's clients."""
    return Measured([], registers.measure_registers(databases, WORK / "registers", options.size))


def _measure_export(server: Any, options: argparse.Namespace) -> list[whole.Fact]:
    administrator = Visitor(server.port)
    administrator.sign_in(ours.ADMINISTRATOR, ours.PASSWORD)
    return whole.exporting(administrator, server.pid, options.size)


def _measure_pages(base: Visitor, port: int, kind: str, url: str, options: argparse.Namespace) -> list[Result]:
    administrator, seller = Visitor(port), Visitor(port)
    administrator.sign_in(ours.ADMINISTRATOR, ours.PASSWORD)
    seller.sign_in(ours.SELLER, ours.PASSWORD)
    asking = {"administrator": administrator, "seller": seller}
    wanted = lines(options.size, kind, "", "")
    if any(options.only in line.title for line in wanted if line.own_base):
        wanted = lines(options.size, kind, *far_pages(administrator, options.size))
    asked = [(line, ask_pages(line, asking[line.who], base)) for line in wanted]
    asked += [ask_to_create(administrator, base), ask_to_register(administrator, base, options.size)]
    database = ours.open_bench(url).database
    try:
        asked.append(ask_for_report(administrator, working.work_by_month(database.engine), options.size))
        return measure([(line, ask) for line, ask in asked if options.only in line.title], options.rounds)
    finally:
        database.dispose()


def floor_database(databases: Databases, rows: Path) -> str:
    """Return the address of the floor's database with these rows."""
    build = floor.build_sqlite if databases.kind == SQLITE else floor.build_postgresql
    made_of = (MATERIAL / "floor_load.py", MATERIAL / "gen_data.py", HERE / "floor.py")
    return databases.get(f"floor-{rows.name}", partial(build, MATERIAL, rows), *made_of)


def our_database(databases: Databases, rows: Path) -> str:
    """Return the address of our database with these rows."""
    made_of = (ours.tables(), MATERIAL / "gen_data.py", HERE / "ours.py", HERE / "working.py")
    return databases.get(f"ours-{rows.name}", lambda url: ours.build(url, rows), *made_of)


if __name__ == "__main__":
    sys.exit(main())
