"""The command line, run as a user runs it."""

from __future__ import annotations

import io
import json
import shutil
import socket
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kartoteka.cli import main
from tests.installed import INSTALLED

PASSWORD = "three blind mice"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an instance of its own; returns the exit code and all that was printed."""
    monkeypatch.setenv("KARTOTEKA_INSTANCE", str(tmp_path / "instance"))
    for name in ("KARTOTEKA_DATABASE", "KARTOTEKA_SECRET"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = 0
        try:
            main(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run_command


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with an up-to-date database, to be copied: upgrading takes longer than most commands."""
    folder = tmp_path_factory.mktemp("upgraded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KARTOTEKA_INSTANCE", str(folder))
        patch.delenv("KARTOTEKA_DATABASE", raising=False)
        main(["db", "upgrade"])
    return folder


@pytest.fixture
def ready(run: Run, upgraded: Path, tmp_path: Path) -> Run:
    """The same, with the tables there."""
    shutil.copytree(upgraded, tmp_path / "instance")
    return run


def test_help_names_the_commands(run: Run) -> None:
    code, output = run("--help")
    assert code == 0
    for name in ("run", "worker", "db", "module", "user", "backup", "restore", "check", "demo", "search"):
        assert f"  {name} " in output


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["db"], ["user", "add"], ["user", "nonsense"], ["run", "--port", "99999999"], ["module", "on"]],
)
def test_mistakes_end_with_a_line_and_no_trace(run: Run, arguments: list[str]) -> None:
    code, output = run(*arguments)
    assert code != 0 or "Usage" in output
    assert "Traceback" not in output


def test_before_the_first_upgrade_every_command_says_what_to_run(run: Run) -> None:
    for arguments in (["user", "list"], ["module", "list"], ["run"], ["demo"], ["search", "check"]):
        code, output = run(*arguments)
        assert (code, "kartoteka db upgrade" in output) == (1, True), arguments
        assert "Traceback" not in output


def test_upgrade_says_what_it_did_and_then_that_all_is_well(run: Run) -> None:
    assert "core: nothing ->" in run("db", "upgrade")[1]
    assert "up to date" in run("db", "upgrade")[1]
    assert "db upgrade" not in run("db", "status")[1]
    assert run("db", "check") == (0, "Tables and models agree.\n")
    assert run("db", "check", "nonsense")[0] == 1


def test_a_bad_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KARTOTEKA_TIMEZONE", "Mars/Olympus")
    assert run("user", "list") == (1, "KARTOTEKA_TIMEZONE: there is no time zone 'Mars/Olympus'; try Europe/Vilnius.\n")


def test_an_unreachable_database_is_said_plainly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("postgresql://nobody@127.0.0.1:1/x", "sqlite:////nowhere/at/all.db", "mysql://x/y", "not a url"):
        monkeypatch.setenv("KARTOTEKA_DATABASE", url)
        code, output = run("user", "list")
        assert code == 1, url
        assert "Traceback" not in output


def test_users_from_the_command_line(ready: Run) -> None:
    assert "no users yet" in ready("user", "list")[1]
    typed = f"{PASSWORD}\n"
    code, output = ready("user", "add", "Rasa", "--role", "administrator", "--password-stdin", typed=typed)
    assert (code, output) == (0, "Added rasa.\n")
    assert "Administrator" in ready("user", "list")[1]
    assert ready("user", "add", "rasa", "--password-stdin", typed=typed)[0] == 1
    assert "at least 10" in ready("user", "add", "ona", "--password-stdin", typed="short\n")[1]
    assert "no role" in ready("user", "add", "ona", "--role", "emperor", "--password-stdin", typed=typed)[1]
    assert "ona" not in ready("user", "list")[1]
    assert "Nobody could manage" in ready("user", "lock", "rasa")[1]
    assert ready("user", "add", "ona", "--role", "Administrator", "--password-stdin", typed=typed)[0] == 0
    assert ready("user", "lock", "ona")[0] == 0
    assert "(locked)" in ready("user", "list")[1]
    assert ready("user", "unlock", "ona")[0] == 0
    assert ready("user", "password", "ona", "--password-stdin", typed="seven little goats\n")[0] == 0
    assert ready("user", "end-sessions", "ona") == (0, "Ended 0 sign-ins.\n")
    assert "no user" in ready("user", "lock", "nobody")[1]


def test_modules_from_the_command_line(ready: Run) -> None:
    assert "built in" in ready("module", "list")[1]
    assert "not installed" in ready("module", "on", "nonsense")[1]
    assert ready("module", "off", "users")[0] == 1
    assert "no data of a module nonsense" in ready("module", "purge", "nonsense", "--yes")[1]
    assert ready("module", "purge", "core", "--yes")[0] == 1


def test_demo_is_made_once(ready: Run) -> None:
    code, output = ready("demo", "--clients", "12")
    assert code == 0, output
    assert "Sign in as" in output
    assert ("No module is installed" in output) == (not INSTALLED)
    assert "needs an empty one" in ready("demo")[1]
    assert ready("search", "check")[0] == 0
    assert ready("search", "rebuild")[0] == 0


def test_a_port_in_use_is_said_plainly(ready: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, output = ready("run", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "can't be used" in output


def contents_of(archive: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return rows and hash of each table, and the files by their hashes, as the manifest of a backup names them."""
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    assert manifest["tables"]["core_client"]["rows"] == 5
    return manifest["tables"], manifest["files"]


@pytest.mark.catalogue("X-33", part="backup, restore and check by command")
def test_a_company_is_backed_up_checked_and_restored(ready: Run, tmp_path: Path, monkeypatch: Any) -> None:
    assert ready("demo", "--clients", "5")[0] == 0
    parts = ("Tables", "Modules", "References", "Search", "Audit log", "Data of modules", "Files")
    assert ready("check") == (0, "".join(f"{part}: in order\n" for part in parts))
    archive = str(tmp_path / "company.zip")
    code, said = ready("backup", archive)
    assert (code, "rows in" in said, "The secret is not in the backup" in said) == (0, True, True)
    assert ready("backup", archive) == (1, f"{archive} already exists. Choose another name.\n")
    assert ready("restore", "--check", archive)[0] == 0
    assert ready("restore", archive)[0] == 1, "somebody uses this one"
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(tmp_path / "instance" / "secret", tmp_path / "elsewhere" / "secret")
    monkeypatch.setenv("KARTOTEKA_INSTANCE", str(tmp_path / "elsewhere"))
    assert ready("restore", archive)[0] == 0
    code, said = ready("check")
    assert (code, "findings" in said) == (0, False), said
    again = str(tmp_path / "again.zip")
    assert ready("backup", again)[0] == 0
    assert contents_of(again) == contents_of(archive)
    assert ready("restore", str(tmp_path / "nowhere.zip"))[0] == 1


def test_check_names_what_is_wrong(ready: Run, tmp_path: Path) -> None:
    assert ready("demo", "--clients", "5")[0] == 0
    with sqlite3.connect(tmp_path / "instance" / "kartoteka.db") as connection:
        connection.execute("DELETE FROM core_search_text WHERE id = (SELECT max(id) FROM core_search_text)")
        connection.execute("UPDATE core_audit SET event = 'nothing' WHERE id = 1")
    code, said = ready("check")
    assert code == 1
    assert "Search: 1 findings" in said
    assert "Audit log: " in said
    assert "Not everything is in order" in said
