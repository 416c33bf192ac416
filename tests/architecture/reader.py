"""Somebody who follows the tutorial: writes what its pages show into files, and types the commands."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kartoteka.app import create_app
from kartoteka.cli import kartoteka
from kartoteka.db.base import Model
from kartoteka.extension.mapping import _take_out
from kartoteka.installation import Installation, open_installation
from kartoteka.testing.company import Company
from kartoteka.testing.databases import POSTGRESQL, chosen_kinds, postgresql_server
from kartoteka.testing.templating import shared_templates

MODULE = "site_measurements"
PACKAGE = f"kartoteka_{MODULE}"
_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r"^(?:from \S+ )?import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE)
_MESSAGE = re.compile(r"(?:^    \S.*\n)+", re.MULTILINE)
_ANYTHING = "…"
TYPED_ONLY = (
    "kartoteka run",
    "kartoteka worker",
    "kartoteka module new",
    "pytest",
    'pip install "kartoteka',
    "cd ",
    f"mkdir {MODULE}",
)
"""Commands that would run on, or that are tried by other tests or at the end."""


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, the file it belongs to, what it says, and the prose right before it."""

    language: str
    file: str
    text: str
    before: str


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    text = page.read_text("utf-8")
    return [Block(one[1], one[2] or "", one[3], text[: one.start()].rstrip()[-400:]) for one in _FENCE.finditer(text)]


class Told:
    """The messages that a page tells its reader to expect."""

    def __init__(self, page: Path, log: pytest.LogCaptureFixture) -> None:
        self.log = log
        wrong = page.read_text("utf-8").partition("## What goes wrong")[2]
        self.messages = [one.strip() for one in _MESSAGE.findall(wrong)]

    def expect(self, message: str) -> None:
        """Make sure that the page tells of a message that was seen."""
        found = [one for one in self.messages if one in message]
        assert found, f"the page tells {self.messages}, not {message}"
        self.messages.remove(found[0])


@dataclass
class Reader:
    """A reader with a folder of his own, an environment in which he installs the module, and one company."""

    root: Path
    printed: str = ""
    screen: str = ""
    paths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.project.mkdir(parents=True)
        self.instance = self.root / "instance"

    @property
    def project(self) -> Path:
        """The folder of the module."""
        return self.root / MODULE

    @property
    def environment(self) -> dict[str, str]:
        """The settings of his company."""
        made = {"KARTOTEKA_INSTANCE": str(self.instance), "KARTOTEKA_SECRET": "a secret for tests only"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KARTOTEKA_", "PYTEST_"))}
        paths = os.pathsep.join([*self.paths, os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
        return {**kept, **made, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}

    # --- Doing what a page says --------------------------------------------------------------------------------------

    def follow(self, page: Path) -> None:
        """Do everything that a page says, in its order."""
        for block in blocks_of(page):
            place = f"{page.name}: {block.text.splitlines()[0]}"
            if block.language == "sh":
                self.printed = "".join(self.type(line) for line in block.text.splitlines() if line.strip())
                self.screen += self.printed
            elif block.language == "text":
                assert_printed(block.text, self.printed, place)
            else:
                assert f"`{block.file}`" in block.before.split("\n\n")[-1], f"{place}: nothing says which file it is"
                self.write(block, place)
        self.unload()

    def write(self, block: Block, place: str) -> None:
        """Put a block into its file: Python is added, a diff is applied, everything else takes the file's place."""
        path = self.place_of(block.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_text("utf-8") if path.exists() else ""
        if block.language == "diff":
            path.write_text(changed(old, block.text, place), "utf-8")
        elif block.language == "python" and old:
            path.write_text(extended(old, block.text), "utf-8")
        else:
            path.write_text(block.text, "utf-8")

    def place_of(self, file: str) -> Path:
        """Return where a file lies: in the package, unless it belongs to the project as a whole."""
        of_project = file.startswith("tests/") or file in ("pyproject.toml", "README.md", "openings.csv")
        return self.project / file if of_project else self.project / "src" / PACKAGE / file

    def type(self, line: str) -> str:
        """Type a command and return what it printed."""
        if line.startswith(TYPED_ONLY):
            if line.startswith("kartoteka "):
                assert_known(line.split()[1:])
            return ""
        if line == "pip install --editable .":
            self.install()
            return ""
        if line.startswith("mkdir "):
            (self.root / MODULE / line.split()[-1]).mkdir(parents=True)
            return ""
        assert line.startswith("kartoteka "), f"{line!r} is not tried by any test"
        return self.command(*shlex.split(line)[1:])

    def command(self, *arguments: str) -> str:
        """Run ``kartoteka`` in this process and return what it printed, an error's message too."""
        self.unload()
        with self.at_work():
            done = CliRunner().invoke(kartoteka, list(arguments))
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                return f"{done.output}{done.exception}"
            return done.output

    def install(self) -> None:
        """Do what ``pip install --editable .`` does, with the project's own build backend."""
        from hatchling.build import build_editable

        wheels = self.root / "wheels"
        wheels.mkdir(exist_ok=True)
        before = Path.cwd()
        os.chdir(self.project)
        try:
            with redirect_stdout(StringIO()):
                name = build_editable(str(wheels))
        finally:
            os.chdir(before)
        with zipfile.ZipFile(wheels / name) as wheel:
            wheel.extractall(wheels)
        (source,) = wheels.glob("*.pth")
        self.paths = [str(wheels), source.read_text("utf-8").strip()]

    def run_tests(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Do what ``pytest`` does in the folder of the module."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
        environment = {**self.environment, "KARTOTEKA_TEST_DATABASES": ",".join(chosen_kinds())}
        if POSTGRESQL in chosen_kinds():
            environment["KARTOTEKA_TEST_POSTGRESQL"] = postgresql_server()
        return subprocess.run(command, cwd=self.project, env=environment, capture_output=True, text=True, check=False)

    # --- Using it ----------------------------------------------------------------------------------------------------

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the module be importable and the settings be his, for as long as the block lasts."""
        before, writes_not = dict(os.environ), sys.dont_write_bytecode
        # A file that is changed twice within a second may look unchanged to Python.
        sys.dont_write_bytecode = True
        os.environ.clear()
        os.environ.update(self.environment)
        sys.path[:0] = self.paths
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path[:] = [one for one in sys.path if one not in self.paths]
            os.environ.clear()
            os.environ.update(before)
            sys.dont_write_bytecode = writes_not

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """Open his installation with the module as it is now."""
        self.unload()
        with self.at_work():
            installation = open_installation()
            yield installation
            installation.database.dispose()
        self.unload()

    @contextmanager
    def company(self) -> Iterator[Company]:
        """Open his company as ``kartoteka run`` would."""
        with self.installation() as installation:
            app = create_app(installation=installation)
            app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
            app.jinja_env.bytecode_cache = shared_templates
            yield Company(app, installation)

    def unload(self) -> None:
        """Forget the module: the next page has changed its files."""
        for mapper in list(Model.registry.mappers):
            if mapper.class_.__module__.partition(".")[0] == PACKAGE:
                _take_out(mapper)
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        importlib.invalidate_caches()

    @contextmanager
    def mistaken(self, file: str, right: str, wrong: str) -> Iterator[None]:
        """Make a mistake in a file for as long as the block lasts."""
        path = self.place_of(file)
        sound = path.read_text("utf-8")
        assert right in sound, f"{file} holds no {right!r}"
        path.write_text(sound.replace(right, wrong), "utf-8")
        try:
            yield
        finally:
            path.write_text(sound, "utf-8")


def extended(old: str, new: str) -> str:
    """Return a file with a block added: its imports beside the others, the rest at the end."""
    imports = "".join(_IMPORT.findall(new))
    rest = _IMPORT.sub("", new).strip("\n")
    end = max((one.end() for one in _IMPORT.finditer(old)), default=0)
    body = f"\n\n\n{rest}\n" if rest else "\n"
    return old[:end] + imports + old[end:].rstrip("\n") + body


def changed(text: str, diff: str, place: str) -> str:
    """Return a file with a diff applied; its parts are told apart by lines of "@@"."""
    for part in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        before = "".join(f"{line[1:]}\n" for line in part.splitlines() if line[:1] != "+")
        after = "".join(f"{line[1:]}\n" for line in part.splitlines() if line[:1] != "-")
        assert text.count(before) == 1, f"{place}: the file holds these lines {text.count(before)} times:\n{before}"
        text = text.replace(before, after)
    return text


def assert_printed(shown: str, printed: str, place: str) -> None:
    """Compare what a page says a command prints with what it printed; "…" stands for anything."""
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    for line in shown.splitlines():
        pattern = re.escape(" ".join(line.split())).replace(re.escape(_ANYTHING), ".*")
        assert any(re.fullmatch(pattern, one) for one in lines), f"{place}: {line!r} is not in\n{printed}"


def assert_known(words: list[str]) -> None:
    """Make sure that there is such a command with such options."""
    command: click.Command = kartoteka
    context = click.Context(kartoteka)
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command = found
    options = {option for one in command.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= options
