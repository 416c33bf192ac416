"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "plugins", "tests", "tools", "module-template")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
_NOT_OURS = {"node_modules", "build", "__pycache__", ".venv"}
_MADE = ("migrations",)
"""What follows from the tables, and is never changed after it was released, is as long as it has to be."""


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not _NOT_OURS.intersection(path.relative_to(ROOT).parts) and "[[" not in str(path):
                yield path


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield functions that are too long with their lines, decorators left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.name, length


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_and_no_function_is_too_long(folder: str) -> None:
    found = []
    for path in files():
        name = str(path.relative_to(ROOT))
        if not name.startswith(f"{folder}/"):
            continue
        text = path.read_text("utf-8")
        if text.count("\n") > LONGEST_FILE:
            found.append(f"{name}: {text.count(chr(10))} lines")
        if not set(_MADE).intersection(path.parts):
            found += [f"{name}: {one} has {length} lines" for one, length in functions(ast.parse(text))]
    assert found == []


def test_what_is_too_long_is_found() -> None:
    long = "def wordy():\n" + "    pass\n" * LONGEST_FUNCTION
    assert list(functions(ast.parse(long))) == [("wordy", LONGEST_FUNCTION + 1)]
    assert len(list(files())) > 500
