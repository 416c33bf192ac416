"""Every import contract of the root pyproject refuses a violation planted in a copy of the tree."""

from __future__ import annotations

import os
import re
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


def copied(tmp_path: Path) -> Path:
    """Return a copy of what the contracts look at."""
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


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says below the name of each broken contract, of a copy in which all violations are planted."""
    tree = copied(tmp_path_factory.mktemp("tree"))
    for target in filter(None, (target for _module, _line, target in PLANTS.values())):
        plant(tree, target, "")
    for module, line, _target in PLANTS.values():
        plant(tree, module, line)
    said = check_contracts(tree)
    _kept, _rule, details = said.partition("Broken contracts\n")
    parts = re.split(r"^(.+)\n-+\n", details, flags=re.MULTILINE)[1:]
    assert parts, said
    return dict(zip(parts[::2], parts[1::2], strict=True))


def check_contracts(tree: Path) -> str:
    """Run all contracts over the copy and return what is said of them; wide, so that no line is broken."""
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-logo", "--no-cache"],
        cwd=tree,
        env=dict(os.environ, PYTHONPATH=f"{tree}/src{os.pathsep}{tree}", COLUMNS="300"),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_each_contract_has_a_planted_violation() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(PLANTS)


@pytest.mark.parametrize("contract", PLANTS)
def test_contract_refuses_planted_violation(told: dict[str, str], contract: str) -> None:
    module, line, target = PLANTS[contract]
    name = next(one["name"] for one in CONTRACTS if one["id"] == contract)
    refused = target or line.split()[1]
    assert re.search(
        rf"^-? *{re.escape(module)}( -> | may not import ){re.escape(refused)}\b", told[name], re.MULTILINE
    )
