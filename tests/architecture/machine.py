"""A machine of its own for a module: an environment that pip installs into, a company, commands and a browser."""

from __future__ import annotations

import json
import os
import site
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from kartoteka.testing.databases import POSTGRESQL, chosen_kinds, postgresql_server

_STAGE = Path(__file__).with_name("machine_stage.py")


class Machine:
    """An environment that sees what this one sees; what is installed into it stays in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "company.db"
        self.python = folder / "venv/bin/python"
        run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
        (packages,) = (folder / "venv/lib").glob("python*/site-packages")
        # Read as a site folder, so that editable installs are seen too.
        lines = [f"import site; site.addsitedir({one!r})" for one in site.getsitepackages()]
        (packages / "seen.pth").write_text("\n".join(lines))

    def pip(self, *arguments: str) -> str:
        """Run pip in the environment, without reaching for anything beyond it."""
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(self.python)]
        return run(*pip, *arguments, cwd=self.folder)

    def install(self, project: Path, *, editable: bool = False) -> str:
        """Build a project's wheel and install it; ``editable`` leaves the code where it is."""
        what = ["--editable", str(project)] if editable else [str(project)]
        return self.pip("install", "--no-build-isolation", "--no-deps", "--no-index", *what)

    def command(self, *arguments: str) -> str:
        """Run ``kartoteka`` and return what it printed."""
        return self.stage([arguments], [])[0][0]

    def stage(self, commands: Any, visits: Any) -> tuple[list[str], list[tuple[int, str]]]:
        """Run commands, then visit pages as an administrator: ``(method, address, form)``; all in one new process.

        Returns what the commands printed, and status and text of the pages.
        """
        work = json.dumps({"commands": commands, "visits": visits})
        answer = json.loads(run(str(self.python), str(_STAGE), work, cwd=self.folder, env=self.environment))
        return answer["commands"], [tuple(one) for one in answer["visits"]]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the company's database behind everybody's back."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def tables(self, prefix: str) -> list[str]:
        """Return the names of the tables that begin with ``prefix``."""
        names = (name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        return [name for name in names if name.startswith(prefix)]

    def pytest(self, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the tests of a project in the environment."""
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
        environment = {**self.environment, "KARTOTEKA_TEST_DATABASES": ",".join(chosen_kinds())}
        if POSTGRESQL in chosen_kinds():
            environment["KARTOTEKA_TEST_POSTGRESQL"] = postgresql_server()
        command = [str(self.python), "-m", "pytest", *options]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the company."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KARTOTEKA_", "PYTEST_"))}
        made = {"KARTOTEKA_DATABASE": f"sqlite:///{self.database}", "KARTOTEKA_SECRET": "a secret for tests only"}
        return {**kept, **made, "KARTOTEKA_INSTANCE": str(self.folder / "instance"), "PYTHONDONTWRITEBYTECODE": "1"}


def make_project(name: str, into: Path) -> Path:
    """Make a module from its template, as its author would."""
    code = f"from kartoteka.cli import main; main(['module', 'new', {name!r}, '--into', {str(into)!r}])"
    run(sys.executable, "-c", code, cwd=into)
    return into / name


def run(*command: str, **options: Any) -> str:
    """Run a program and return what it printed; raises with all of it when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout
