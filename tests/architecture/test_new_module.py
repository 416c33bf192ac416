"""``kartoteka module new``: which names it takes, and that what it makes is as tidy as what is here."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kartoteka.cli import kartoteka
from tools import check_icons, check_templates, check_translations
from tools.tree import ROOT, Distribution

LONGEST = "a_name_of_thirty_letters_exact"


def make(name: str, into: Path, *options: str) -> Result:
    return CliRunner().invoke(kartoteka, ["module", "new", name, "--into", str(into), *options])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Warehouse", "small letters"),
        ("a-b", "small letters"),
        ("../up", "small letters"),
        ("core", "is a name of the core"),
        ("clients", "is a name of the core"),
        ("login_page", "is a name of the core"),
        (f"{LONGEST}ly", "at most 30 characters"),
        ("crm_clients", "A module crm_clients is installed already."),
        ("crm", "cannot be told apart"),
        ("crm_clients_more", "cannot be told apart"),
    ],
)
def test_names_that_cannot_be_are_refused(tmp_path: Path, name: str, told: str) -> None:
    done = make(name, tmp_path)
    assert done.exit_code == 1
    assert told in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ['He said "no"', "50 %", "{{ 1 }}", "back\\slash", "", "long " * 20])
def test_titles_that_would_break_the_code_are_refused(tmp_path: Path, title: str) -> None:
    done = make("warehouse", tmp_path, "--title", title)
    assert done.exit_code == 1
    assert "Use up to 60 characters" in done.output
    assert not (tmp_path / "warehouse/pyproject.toml").exists()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    assert make("warehouse", tmp_path).exit_code == 0
    mark = tmp_path / "warehouse/README.md"
    mark.write_text("mine")
    done = make("warehouse", tmp_path)
    assert "exists already and is not empty" in done.output
    assert mark.read_text() == "mine"


@pytest.mark.parametrize(("name", "title"), [("ab", "Notes"), (LONGEST, "Klientų vizitai & žinios: О клиентах")])
def test_what_it_makes_is_tidy(tmp_path: Path, name: str, title: str) -> None:
    done = make(name, tmp_path, "--title", title)
    assert f"kartoteka module on {name}" in done.output
    project = tmp_path / name
    assert [path for path in project.rglob("*") if "[[" in path.name or "[%" in path.name] == []
    assert [path for path in project.rglob("*.*") if path.is_file() and "[[" in path.read_text("utf-8")] == []
    for command in (["check", "--ignore", "S101"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), str(project)]
        judged = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout
    made = Distribution(name, project / f"src/kartoteka_{name}")
    assert check_translations.find_problems(made) == []
    templates = {path.name: check_templates.find_problems(path.read_text("utf-8")) for path in made.templates()}
    assert templates == {"latest.html": [], "note_form.html": [], "notes.html": []}
    files = [(path, check_icons.IN_TEMPLATES) for path in made.templates()]
    files += [(path, check_icons.IN_PYTHON) for path in made.sources()]
    assert check_icons.find_problems(files, check_icons.known_icons()) == []


def test_an_installed_kartoteka_carries_the_skeleton(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(tmp_path), "./core"]
    environment = {**os.environ, "KARTOTEKA_SKIP_FRONT": "1"}
    subprocess.run([*pip, *options], cwd=ROOT, env=environment, check=True)
    (wheel,) = tmp_path.glob("kartoteka-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    skeleton = {str(path.relative_to(ROOT / "module-template")) for path in files_of(ROOT / "module-template")}
    assert skeleton
    assert {name.partition("module_template/")[2] for name in names if "module_template/" in name} == skeleton


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
