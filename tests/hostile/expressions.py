"""Every regular expression of the product, given long texts of its own alphabet that it nearly matches.

``python -m tests.hostile.expressions`` writes as JSON how many there are and which need longer than the bound. A text
is made out of the expression: the way to a repetition, what it repeats again and again, and an end that doesn't fit.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from pkgutil import walk_packages
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from tests.installed import installed

PACKAGES = ("kartoteka", *(f"kartoteka_{name}" for name in installed("crm_clients", "crm_inquiries")))
LENGTH = 2000
"""Signs of a text: what needs the square of them is done in hundredths of a second, the cube in minutes."""
SECONDS = 1.0
WAYS = range(4)
"""How often an expression is walked through, each time with another branch and another sign of each set."""
ENDS = ("\0", "", "\n!")
SAMPLES = {
    kinds.CATEGORY_DIGIT: "1",
    kinds.CATEGORY_SPACE: " \n\t",
    kinds.CATEGORY_WORD: "a1_ž",
    kinds.CATEGORY_NOT_DIGIT: "a- ",
    kinds.CATEGORY_NOT_SPACE: "a1-<",
    kinds.CATEGORY_NOT_WORD: " -.<",
}
STARTS = (".__main__", ".wsgi")
"""Modules that start something when they are imported."""
FLAG = re.compile(r"\bre\.([A-Z]+)\b")
REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)


def sources() -> list[Path]:
    """Return the source files of the product."""
    roots = [Path(path) for name in PACKAGES for path in importlib.import_module(name).__path__]
    return sorted(path for root in roots for path in root.rglob("*.py"))


def written(path: Path) -> Iterator[re.Pattern[Any]]:
    """Yield the expressions that a source file writes down in a call of ``re``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and ast.unparse(node.func.value) == "re" and node.func.attr != "escape" and node.args:
            given = [*node.args[1:], *(one.value for one in node.keywords)]
            flags = [getattr(re, name) for one in given for name in FLAG.findall(ast.unparse(one))]
            if isinstance(node.args[0], ast.Constant):
                yield re.compile(node.args[0].value, sum(flags))


def compiled() -> Iterator[re.Pattern[Any]]:
    """Yield the expressions that the modules of the product hold, however they were put together."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in walk_packages(package.__path__, f"{name}."):
            if not found.name.endswith(STARTS) and ".migrations" not in found.name:
                module = importlib.import_module(found.name)
                yield from within(list(vars(module).values()))


def within(values: Iterable[Any], depth: int = 3) -> Iterator[re.Pattern[Any]]:
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif depth and isinstance(value, list | tuple | set | frozenset):
            yield from within(value, depth - 1)
        elif depth and isinstance(value, dict):
            yield from within([*value.keys(), *value.values()], depth - 1)


def signs_of(members: Any) -> str:
    """Return some signs of a set; of one that names what it doesn't hold, signs that are often no such."""
    if members[0][0] is kinds.NEGATE:
        return "a1 -"
    found = ""
    for kind, value in members:
        if kind is kinds.LITERAL:
            found += chr(value)
        elif kind is kinds.RANGE:
            found += chr(value[0])
        elif kind is kinds.CATEGORY:
            found += SAMPLES[value]
    return found


def example(items: Any, way: int) -> str:
    """Return a short text that the items of an expression match, or nearly."""
    return "".join(example_of(kind, value, way) for kind, value in items)


def example_of(kind: Any, value: Any, way: int) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind in (kinds.ANY, kinds.NOT_LITERAL):
        return "a1 -"[way]
    if kind is kinds.IN:
        signs = signs_of(value)
        return signs[way % len(signs)]
    if kind in REPEATS:
        return example(value[2], way) * max(1, value[0])
    inner = parts_of(kind, value)
    return example(inner[way % len(inner)], way) if inner and kind is not kinds.ASSERT_NOT else ""


def parts_of(kind: Any, value: Any) -> list[Any]:
    """Return the expressions inside an item of an expression."""
    if kind is kinds.SUBPATTERN:
        return [value[3]]
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind is kinds.ATOMIC_GROUP:
        return [value]
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return [value[1]]
    return [value[2]] if kind in REPEATS else []


def pumps(items: Any, way: int, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield for each repetition the way there and what is repeated."""
    for kind, value in items:
        if kind in REPEATS and value[1] > 5:
            yield before, example(value[2], way)
        for inner in parts_of(kind, value):
            yield from pumps(inner, way, before)
        before += example_of(kind, value, way)


def texts_for(expression: re.Pattern[str]) -> set[str]:
    """Return the hostile texts for an expression."""
    parsed = _parser.parse(expression.pattern, expression.flags & ~re.UNICODE if expression.flags else 0)
    found = set()
    for way in WAYS:
        for before, repeated in pumps(parsed, way):
            long = repeated * (LENGTH // max(1, len(repeated)))
            found |= {before + long + end for end in ENDS} | {(before + repeated * 3) * (LENGTH // 20) + "\0"}
    return found


def slow_text(expression: re.Pattern[Any]) -> str | None:
    """Return a text over which the expression takes too long, None when there is none."""
    as_text = expression if isinstance(expression.pattern, str) else re.compile(expression.pattern.decode("latin-1"))
    for text in sorted(texts_for(as_text)):
        hostile = text if as_text is expression else text.encode("latin-1", "replace")
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            expression.search(hostile)
        except TimeoutError:
            return text
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def stop(_signal: int, _frame: object) -> None:
    raise TimeoutError


def examine(expressions: Iterable[re.Pattern[Any]]) -> dict[str, Any]:
    """Try each expression once; return how many there are and those that are slow, with a text for each."""
    signal.signal(signal.SIGVTALRM, stop)
    every = {(one.pattern, one.flags): one for one in expressions}
    slow = {str(one.pattern): text[:60] for one in every.values() if (text := slow_text(one)) is not None}
    return {"number": len(every), "slow": slow}


if __name__ == "__main__":
    everything = [one for path in sources() for one in written(path)]
    sys.stdout.write(json.dumps(examine([*everything, *compiled()])))
