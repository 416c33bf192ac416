"""Every import contract of the root pyproject refuses a violation planted in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# contract -> (module that breaks it, the line it holds, module that must exist for the line to mean something)
PLANTS = {
    "core-layers": ("kartoteka.vocabulary.planted", "import kartoteka.db", "kartoteka.db"),
    "builtin-layers": (
        "kartoteka.builtin.users.planted",
        "from kartoteka.builtin.clients import service",
        "kartoteka.builtin.clients.service",
    ),
    "builtin-doors": (
        "kartoteka.builtin.clients.planted",
        "from kartoteka.builtin.users import models",
        "kartoteka.builtin.users.models",
    ),
    "core-without-modules": ("kartoteka.db.planted", "import kartoteka_crm_clients", "kartoteka_crm_clients"),
    "modules-through-the-door": ("kartoteka_crm_clients.planted", "import kartoteka.db", "kartoteka.db"),
    "vocabulary-is-plain": ("kartoteka.vocabulary.planted", "import sqlalchemy", None),
    "data-layer-without-web": ("kartoteka.db.planted", "import flask", None),
    "services-without-flask": ("kartoteka_crm_clients.planted.service", "from flask import request", None),
    "modules-among-themselves": (
        "kartoteka_crm_inquiries.planted",
        "import kartoteka_crm_clients",
        "kartoteka_crm_clients",
    ),
    "inside-crm-inquiries": (
        "kartoteka_crm_inquiries.inquiries.queries",
        "from kartoteka_crm_inquiries.inquiries import plugin",
        "kartoteka_crm_inquiries.inquiries.plugin",
    ),
    "inside-crm-clients": (
        "kartoteka_crm_clients.queries",
        "from kartoteka_crm_clients import service",
        "kartoteka_crm_clients.service",
    ),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the contracts look at."""
    skip = shutil.ignore_patterns("__pycache__", "static", "templates", "locale")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=skip)
    for source in [ROOT / "core" / "src", *sorted(ROOT.glob("plugins/*/src"))]:
        shutil.copytree(source, tmp_path / "src", ignore=skip, dirs_exist_ok=True)
    return tmp_path


def plant(tree: Path, module: str, line: str) -> None:
    """Add a line to a module of the copy; the module and its packages are made where they are missing."""
    *packages, name = module.split(".")
    folder = tree / "src"
    for package in packages:
        folder /= package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    if (folder / name).is_dir():
        path = folder / name / "__init__.py"
    else:
        path = folder / f"{name}.py"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def check_contract(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Run one contract over the copy."""
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-logo", "--no-cache", "--contract", contract],
        cwd=tree,
        env=dict(os.environ, PYTHONPATH=f"{tree}/src{os.pathsep}{tree}"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_contract_has_a_planted_violation() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(PLANTS)


@pytest.mark.parametrize("contract", PLANTS)
def test_contract_refuses_planted_violation(tree: Path, contract: str) -> None:
    module, line, target = PLANTS[contract]
    if target:
        plant(tree, target, "")
    plant(tree, module, line)
    result = check_contract(tree, contract)
    assert "0 kept, 1 broken" in result.stdout, result.stdout + result.stderr
    assert module in result.stdout
