"""``kartoteka clients load``: made-up files that are always there, and the real lists beside the checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client
from kartoteka.cli import kartoteka
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company
from tests.core.clients.test_loading import count, make_payers
from tests.core.importing.test_undo import contents

LAND = "data/03_registers/vilnius__zemesnuomossutartys/data/Sumos.tsv"
HOW = ("--separator", "tab", "--quoting", "none", "--source", "payers")
ENCODINGS = ("utf-8", "windows-1257")


@pytest.fixture
def command(office: Company, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("KARTOTEKA_DATABASE", office.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KARTOTEKA_SECRET", "for tests and nothing else")
    return lambda *words: CliRunner().invoke(kartoteka, ["clients", "load", *map(str, words)])


@dataclass(frozen=True)
class Payers:
    """A list of payers, how its columns are called, and what is in it."""

    text: str
    titles: tuple[str, str, str]
    clients: int
    with_code: int
    lines: int

    @property
    def columns(self) -> str:
        fields = ("external_id", "registration_code", "name")
        return ",".join(f"{field}={title}" for field, title in zip(fields, self.titles, strict=True))


def made_up(_shared: Callable[[str], Path]) -> Payers:
    return Payers(make_payers(), ("ID", "Kodas", "Pavadinimas"), clients=60, with_code=20, lines=72)


def real(shared: Callable[[str], Path]) -> Payers:
    titles = ("Moketojo_ID", "Moketojo_kodas", "Moketojo_pavadinimas")
    return Payers(shared(LAND).read_bytes().decode("utf-8-sig"), titles, clients=5730, with_code=2210, lines=8611)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("find", [made_up, real])
def test_a_list_of_payers_is_loaded_once_and_taken_back(
    office: Company,
    command: Callable[..., Any],
    tmp_path: Path,
    shared: Callable[[str], Path],
    find: Callable[..., Payers],
    encoding: str,
) -> None:
    payers = find(shared)
    path = tmp_path / "payers.tsv"
    path.write_bytes(payers.text.encode(encoding))
    words = (path, "--columns", payers.columns, *HOW, "--encoding", encoding)
    before = contents(office)
    first = command(*words)
    assert first.exit_code == 0, first.output
    assert "no data in line 2" in first.output
    told = totals_of(first)
    nothing = {"changed": 0, "no data": 1, "errors": 0}
    assert told == {
        **nothing,
        "read": payers.lines + 1,
        "created": payers.clients,
        "unchanged": payers.lines - payers.clients,
        "unusual": payers.with_code,
    }
    assert stored(office) == (payers.clients, payers.with_code, payers.clients)
    written, kept = (count(office, JournalEntry), count(office, Operation)), contents(office)
    again = totals_of(command(*words))
    assert {**again, "unusual": 0} == {
        **nothing,
        "read": payers.lines + 1,
        "created": 0,
        "unchanged": payers.lines,
        "unusual": 0,
    }
    assert (count(office, JournalEntry), count(office, Operation)) == written, "a second run writes nothing"
    assert contents(office) == kept != before
    take_back(office)
    assert contents(office) == before


def stored(company: Company) -> tuple[int, int, int]:
    """Return how many clients there are, how many with a code, and how many the journal has created."""
    with company.database.reading(company.system) as session:
        coded = func.count().filter(Client.registration_code != "")
        clients = session.execute(select(func.count(), coded).select_from(Client)).one()
        about = (JournalEntry.kind == "clients.client", JournalEntry.action == "created")
        return (*clients, session.scalar(select(func.count()).select_from(JournalEntry).where(*about)) or 0)


def take_back(company: Company) -> None:
    """Undo the only operation there is, on the page of operations."""
    browser = company.browser(company.add_user("administrator"))
    with company.database.reading(company.system) as session:
        loaded = session.scalars(
            select(Operation.id).where(Operation.title.startswith("Clients loaded from payers.tsv"))
        ).one()
    assert browser.post(f"/operations/{loaded}/undo").status_code == 302
    run_jobs(company)


def test_the_command_prints_totals_and_errors_by_line(command, tmp_path):
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(6) + "77\t0\t\t0\n")
    words = ("--columns", "external_id=ID,registration_code=Kodas,name=Pavadinimas", "--separator", "tab")
    done = command(path, *words, "--quoting", "none")
    assert done.exit_code == 1
    assert "line 11, Surname: Enter the surname or the first name." in done.output
    printed = totals_of(done)
    assert (printed["read"], printed["created"], printed["no data"], printed["errors"]) == (10, 6, 1, 1)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--columns", "external_id"), "FIELD=TITLE"),
        (("--columns", "nothing=ID"), "no field"),
        (("--columns", "external_id=ID"), "name"),
        (("--columns", "external_id=Numeris,name=Pavadinimas", "--separator", "tab"), "ID, Kodas, Pavadinimas"),
        (("--columns", "name=ID", "--separator", "ab"), "separator"),
        (("--columns", "name=ID", "--encoding", "klingon"), "encoding"),
        (("--columns", "name=ID", "--country", "Nowhere"), "country"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_options(command, tmp_path, words, complaint):
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(2))
    done = command(path, *words)
    assert done.exit_code != 0
    assert complaint in done.output + str(done.exception or "")


def test_real_names_in_many_scripts(command, shared):
    path = shared("data/03_registers/psolin__cleanco/tests/companies.csv")
    words = ("--columns", "name=1,country=2", "--no-heading", "--separator", "semicolon", "--quoting", "none")
    assert totals_of(command(path, *words))["created"] == 1320
    assert totals_of(command(path, *words))["unchanged"] == 1320


def totals_of(done) -> dict[str, int]:
    """Read the printed table: a title and a number on each line."""
    lines = (line.rsplit(maxsplit=1) for line in done.output.splitlines() if "line" not in line)
    return {parts[0].strip(): int(parts[1]) for parts in lines if len(parts) == 2 and parts[1].isdigit()}
