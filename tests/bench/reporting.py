"""Prints what was measured, keeps it, and compares sizes."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from measuring import Result
from whole import Fact

MOST_GROWTH = 1.3
SIZES = (10_000, 100_000)


@dataclass(frozen=True)
class Measured:
    """Everything that was measured on one database."""

    results: list[Result]
    facts: list[Fact]

    @property
    def is_within(self) -> bool:
        """Whether every bound holds."""
        return all(one.is_within for one in (*self.results, *self.facts))


def show(measured: Measured) -> None:
    """Print the table of one database."""
    width = max(34, shutil.get_terminal_size().columns - 66)
    print(f"{'what':{width}} statements  ours ms  base ms  ratio budget    kB")
    for result in measured.results:
        line, verdict = result.line, "ok" if result.is_within else "OVER"
        counts = f"{result.statements or '':>10} {result.ours:8.1f} {result.base:8.1f} {result.ratio:6.2f}"
        print(f"{line.title:{width}} {counts} {line.budget:6.1f} {result.bytes // 1000 or '':>5} {verdict}")
    for fact in measured.facts:
        bound = fact.most or fact.least
        judged = f", budget {bound:,.0f} {'ok' if fact.is_within else 'OVER'}" if bound else ""
        print(f"{fact.title:{width}} {_shown(fact.value)}{judged}")


def keep_results(folder: Path, kind: str, size: int, measured: Measured) -> None:
    """Write the results into a file beside the databases."""
    found = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "lines": {
            result.line.title: {
                "ours": round(result.ours, 2),
                "base": round(result.base, 2),
                "ratio": round(result.ratio, 2),
                "budget": result.line.budget,
                "statements": result.statements,
                "bytes": result.bytes,
                "within": result.is_within,
            }
            for result in measured.results
        },
        "whole": {fact.title: round(fact.value, 2) for fact in measured.facts},
    }
    _file(folder, kind, size).write_text(json.dumps(found, indent=1))


def compare_sizes(folder: Path, kind: str) -> None:
    """Print how much each page grew from the smaller to the larger size, when both were measured."""
    small, large = (_file(folder, kind, size) for size in SIZES)
    if not (small.exists() and large.exists()):
        return
    before, after = (json.loads(path.read_text())["lines"] for path in (small, large))
    print(f"\n{kind}: growth from {SIZES[0]:,} to {SIZES[1]:,} companies, at most {MOST_GROWTH}")
    for title in (title for title in before if title in after):
        growth = after[title]["ours"] / before[title]["ours"]
        print(f"{title:36} {growth:5.2f} {'ok' if growth <= MOST_GROWTH else 'OVER'}")


def _shown(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def _file(folder: Path, kind: str, size: int) -> Path:
    return folder / f"results-{kind}-{size}.json"
