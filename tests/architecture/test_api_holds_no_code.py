"""The public door only re-exports, and the core's own features declare with nothing that it does not offer."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from kartoteka.builtin import BUILTINS

CORE = Path(__file__).resolve().parents[2] / "core/src/kartoteka"
API = sorted((CORE / "api").glob("*.py"))
PLUGINS = [CORE / "builtin" / name / "plugin.py" for name in BUILTINS]

# The core's own texts are in the core's catalogue; a module makes its own with Texts("its_name").
OWN_TEXTS = {("kartoteka.vocabulary.message", "text")}


def code_in(source: str) -> list[str]:
    """Return the statements of a file that are neither its docstring, nor imports, nor ``__all__``."""
    body = ast.parse(source).body
    if ast.get_docstring(ast.Module(body, [])):
        body = body[1:]
    return [ast.unparse(one) for one in body if not isinstance(one, ast.ImportFrom) and not _is_all(one)]


def imported(source: str) -> set[tuple[str, str]]:
    return {
        (node.module, name.name)
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }


def _is_all(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__"


def offered() -> set[int]:
    """Return the identities of all that the API offers."""
    found = set()
    for file in API:
        room = importlib.import_module("kartoteka.api" if file.stem == "__init__" else f"kartoteka.api.{file.stem}")
        found |= {id(getattr(room, name)) for name in room.__all__}
    return found


@pytest.mark.parametrize("file", API, ids=lambda file: file.stem)
def test_a_room_of_the_api_has_a_purpose_imports_and_a_list_of_names(file):
    source = file.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert code_in(source) == []
    room = importlib.import_module("kartoteka.api" if file.stem == "__init__" else f"kartoteka.api.{file.stem}")
    assert sorted(room.__all__) == sorted(name for _module, name in imported(source)), "all that is imported is offered"


def test_code_in_the_api_would_be_found():
    assert code_in('"""Doc."""\nfrom a import b\n__all__ = ["b"]\ndef f(): ...\nimport os\nx = 1') == [
        "def f():\n    ...",
        "import os",
        "x = 1",
    ]


@pytest.mark.parametrize("file", PLUGINS, ids=lambda file: file.parent.name)
def test_the_cores_own_features_declare_with_what_modules_have(file):
    names = offered()
    private = [
        f"{module}.{name}"
        for module, name in imported(file.read_text("utf-8"))
        if module.startswith("kartoteka.")
        and not module.startswith("kartoteka.builtin.")
        and (module, name) not in OWN_TEXTS
        and id(getattr(importlib.import_module(module), name)) not in names
    ]
    assert private == []
