"""Prints which rows of the product catalogue have a marked test and which have none.

The rows come from the design's catalogue beside the checkout where it is there, else only the tested ones are listed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tools.tree import ROOT, relative

CATALOGUE = ROOT.parent / "shared" / "design" / "catalogue.md"
ROW = re.compile(r"^\|?\s*\**([A-Z]+-\d+)\**(?: must| should| could)?\s*\|\s*([^|]*)", re.MULTILINE)


def rows(path: Path = CATALOGUE) -> dict[str, str]:
    """Row -> the beginning of what it says."""
    return {name: text.strip() for name, text in ROW.findall(path.read_text("utf-8"))} if path.exists() else {}


def marks(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(row, test) for each `pytest.mark.catalogue(...)` on a test, on its class or on the module."""
    for node in ast.walk(tree):
        name = getattr(node, "name", "module")
        found = [*getattr(node, "decorator_list", ())]
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "pytestmark" for each in node.targets):
            found = [each for each in ast.walk(node.value) if isinstance(each, ast.Call)]
        for call in found:
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "catalogue" and call.args:
                row = ast.literal_eval(call.args[0])
                part = [ast.literal_eval(each) for each in [*call.args[1:], *(kw.value for kw in call.keywords)]]
                yield row, f"{name} ({part[0]})" if part and part[0] else name


def collect() -> dict[str, list[str]]:
    """Row -> where it is tested."""
    tested: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")]):
        for row, name in marks(ast.parse(path.read_text("utf-8"))):
            tested[row].append(f"{relative(path)}::{name}")
    return tested


def main() -> int:
    """Print tested rows with their tests, then the rows without one; unknown rows are an error."""
    known, tested = rows(), collect()
    for row in sorted(tested):
        print(f"{row:10} {known.get(row, '')[:60]}")
        for place in tested[row]:
            print(f"           {place}")
    missing = [row for row in known if row not in tested]
    print(f"\n{len(tested)} rows have a test, {len(missing)} have none.")
    print(" ".join(missing))
    unknown = [row for row in tested if known and row not in known]
    if unknown:
        print(f"No such row: {' '.join(unknown)}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
