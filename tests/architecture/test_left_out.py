"""A run without a module leaves out what is about it, counts it, and leaves out nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import installed

ROOT = Path(__file__).resolve().parents[2]
MARKED = """
import pytest

@pytest.mark.needs_module("crm_clients")
def test_about_clients():
    raise AssertionError

@pytest.mark.needs_module("crm_inquiries")
def test_about_inquiries():
    pass

def test_of_the_core():
    pass
"""
PLUGIN = """
import tests.installed
from tests.conftest import pytest_configure

tests.installed.INSTALLED = frozenset({"crm_inquiries"})
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_what_is_about_an_absent_module_is_left_out_and_counted(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_marked.py").write_text(MARKED)
    (tmp_path / "test_importing.py").write_text("import kartoteka_crm_clients.gone\n")
    (tmp_path / "conftest.py").write_text(PLUGIN)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = needs_module: about a module\n")
    options = ["-q", "-p", "no:cacheprovider", "-n", workers, "-c", str(tmp_path / "pytest.ini")]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "2 passed" in told.stdout
    assert "without crm_clients" in told.stdout
    assert "left out as being about these: 1 tests, 1 files" in told.stdout


def test_companies_ask_for_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "INSTALLED", frozenset({"crm_inquiries"}))
    assert installed.installed("crm_clients", "crm_inquiries") == ["crm_inquiries"]
    assert installed.absent(["crm_clients", "crm_inquiries", "clients"]) == ["crm_clients"]
