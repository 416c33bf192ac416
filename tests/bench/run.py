"""Measures our pages against the bare floor, in one run, on SQLite and PostgreSQL: ``make bench SIZE=10000``.

Prints one table a database and exits with 1 when a budget is broken. Times are medians; only their ratios mean
anything.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from html import unescape
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import floor  # noqa: E402
import ours  # noqa: E402
from measuring import Result, lines, measure, measure_create  # noqa: E402
from servers import serving  # noqa: E402
from visitor import Visitor  # noqa: E402

from kartoteka.testing.databases import POSTGRESQL, SQLITE, TemplateDatabases  # noqa: E402

MATERIAL = ROOT.parent / "shared" / "bench"
WORK = ROOT / "build" / "bench"
NOT_YET = ("create inquiry", "report over 300,000 activities", "import", "export", "merge", "PDF", "mail")


def main() -> int:
    """Build both sides, measure, print; return the exit code."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--size", type=int, default=10_000, help="companies (default 10000)")
    wanted.add_argument("--rounds", type=int, default=40, help="counted requests a line (default 40)")
    wanted.add_argument("--database", choices=(SQLITE, POSTGRESQL), help="only this database")
    options = wanted.parse_args()
    if not (MATERIAL / "gen_data.py").exists():
        print("The bench needs ../shared/bench beside the checkout.")
        return 2
    rows = floor.generate_rows(MATERIAL, options.size, WORK / str(options.size))
    kinds = [options.database] if options.database else [SQLITE, POSTGRESQL]
    results = [result for kind in kinds for result in _run(kind, rows, options.size, options.rounds)]
    return 0 if all(result.is_within for result in results) else 1


def _run(kind: str, rows: Path, size: int, rounds: int) -> list[Result]:
    print(f"\n{kind}, {size:,} companies, {rounds} rounds")
    floor_url, our_url = _floor_database(kind, rows, size), _our_database(kind, rows, size)
    with (
        serving("floor_app:app", MATERIAL, {"FLOOR_DB": floor_url}, "/ping") as floor_port,
        serving("ours_app:app", HERE, {"BENCH_DATABASE": our_url}, "/login") as our_port,
    ):
        base, administrator, seller = Visitor(floor_port), Visitor(our_port), Visitor(our_port)
        administrator.sign_in(ours.ADMINISTRATOR, ours.PASSWORD)
        seller.sign_in(ours.SELLER, ours.PASSWORD)
        results = _measure_all(kind, size, rounds, base, {"administrator": administrator, "seller": seller})
    _print(results)
    return results


def _measure_all(kind: str, size: int, rounds: int, base: Visitor, visitors: dict[str, Visitor]) -> list[Result]:
    administrator = visitors["administrator"]
    found: dict[str, Result] = {}
    for line in lines(size, kind, _page_after(administrator, min(50_000, size // 2)), _link(administrator, "last")):
        result = measure(line, visitors[line.who], base, rounds)
        if line.against:
            result = Result(line, result.ours, found[line.against].ours, result.statements, result.bytes)
        found[line.title] = result
    return [*found.values(), measure_create(administrator, base, rounds)]


def _link(visitor: Visitor, rel: str, page: str = "/clients/") -> str:
    """Return the address behind the list's link to its next or last page."""
    found = re.search(rf'<a[^>]*rel="{rel}"[^>]*>', visitor.get(page).body)
    address = re.search(r'href="([^"]+)"', found.group(0)) if found else None
    if address is None:
        raise RuntimeError(f"The list has no link to its {rel} page.")
    return unescape(address.group(1))


def _page_after(visitor: Visitor, row: int) -> str:
    """Walk to the page after ``row``, 50 rows at a time: the cursor is taken beforehand, as the budget says."""
    page = "/clients/"
    for _step in range(min(row // 50, 400)):
        page = _link(visitor, "next", page)
    return page


def _floor_database(kind: str, rows: Path, size: int) -> str:
    if kind == SQLITE:
        path = WORK / f"floor-{size}.db"
        return floor.build_sqlite(MATERIAL, rows, path)
    return floor.build_postgresql(MATERIAL, rows, TemplateDatabases(kind, lambda url: None, "floor").fresh())


def _our_database(kind: str, rows: Path, size: int) -> str:
    if kind == SQLITE:
        path = WORK / f"ours-{size}.db"
        for stale in WORK.glob(f"{path.name}*"):
            stale.unlink()
        ours.build(f"sqlite:///{path}", rows)
        return f"sqlite:///{path}"
    url = TemplateDatabases(kind, lambda url: None, "ours").fresh()
    ours.build(url, rows)
    return url


def _print(results: list[Result]) -> None:
    width = max(34, shutil.get_terminal_size().columns - 66)
    print(f"{'what':{width}} statements  ours ms  base ms  ratio budget    kB")
    for result in results:
        line, verdict = result.line, "ok" if result.is_within else "OVER"
        counts = f"{result.statements or '':>10} {result.ours:8.1f} {result.base:8.1f} {result.ratio:6.2f}"
        print(f"{line.title:{width}} {counts} {line.budget:6.1f} {result.bytes // 1000 or '':>5} {verdict}")
    for title in NOT_YET:
        print(f"{title:{width}} not yet")


if __name__ == "__main__":
    sys.exit(main())
