"""Imports done as a user does them: upload, look, map, try out, import; and the files that are imported."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.importing.models import Import
from kartoteka.db.journal import JournalEntry
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

IMPORTER = ("importing.use", "clients.view", "clients.create", "clients.edit", "clients.import", "clients.export")
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


@dataclass
class Importer:
    """A user who imports files through the pages."""

    company: Company
    user_id: int
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.company.browser(self.user_id)

    def upload(self, content: bytes, name: str = "list.csv", target: str = "clients.clients") -> Any:
        """Upload a file and return the answer."""
        return self.browser.post("/importing/new", data={"target": target, "file": (io.BytesIO(content), name)})

    def begin(self, content: bytes, name: str = "list.csv", target: str = "clients.clients") -> int:
        """Upload a file and return the id of its import."""
        answer = self.upload(content, name, target)
        assert answer.status_code == 302, answer.text
        return int(answer.headers["Location"].split("/")[-2])

    def form(self, id: int) -> dict[str, Any]:
        """Return how the file is taken to be written."""
        return dict(self.row(id).form)

    def row(self, id: int) -> Import:
        """Return the import as the database has it."""
        with self.company.database.reading(self.company.system) as session:
            return session.scalars(select(Import).where(Import.id == id)).one()

    def go_on(self, id: int, **changes: str) -> None:
        """Accept what was guessed about the file, but for ``changes``."""
        form = {name: str(value) for name, value in self.form(id).items() if name != "sheets"}
        answer = self.browser.post(f"/importing/{id}/file", data={**form, "do": "next", **changes})
        assert answer.status_code == 302, answer.text

    def guessed(self, id: int) -> dict[str, str]:
        """Return the mapping that the page offers: fields by title."""
        page = self.browser.get(f"/importing/{id}/columns").text
        titles = re.findall(r'name="title" value="([^"]*)"', page)
        fields = re.findall(r'<select class="form-select" name="field".*?</select>', page, re.S)
        found = {title: "".join(_CHOSEN.findall(one)) for title, one in zip(titles, fields, strict=True)}
        return {title: name for title, name in found.items() if name}

    def map(self, id: int, columns: Mapping[str, str] | None = None, **values: str) -> Any:
        """Accept the guessed mapping, or send another one; returns the answer."""
        page = self.browser.get(f"/importing/{id}/columns").text
        titles = re.findall(r'name="title" value="([^"]*)"', page)
        chosen = self.guessed(id) if columns is None else columns
        sent: dict[str, Any] = {"title": titles, "field": [chosen.get(title, "") for title in titles]}
        for name in ("key", "option-kind", "option-country"):
            found = re.search(rf'name="{name}".*?</select>', page, re.S)
            sent[name] = "".join(_CHOSEN.findall(found[0])[:1]) if found else ""
        source = re.search(r'name="source" maxlength="60" value="([^"]*)"', page)
        sent["source"] = source[1] if source else ""
        return self.browser.post(f"/importing/{id}/columns", data={**sent, **values})

    def check(self, id: int, columns: Mapping[str, str] | None = None, **values: str) -> dict[str, int]:
        """Map the columns and try the import out; returns the numbers."""
        answer = self.map(id, columns, **values)
        assert answer.status_code == 302, answer.text
        run_jobs(self.company)
        return dict(self.row(id).checked)

    def start(self, id: int, duplicates: str = "skip") -> dict[str, int]:
        """Import what was tried out; returns the numbers."""
        assert self.browser.post(f"/importing/{id}/start", data={"duplicates": duplicates}).status_code == 302
        run_jobs(self.company)
        return dict(self.row(id).result)

    def import_all(
        self, content: bytes, name: str = "list.csv", **values: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Do everything as guessed; returns the numbers of the dry run and of the import."""
        number = self.begin(content, name)
        self.go_on(number)
        checked = self.check(number, **values)
        return checked, self.start(number) if checked else {}


def numbers(counts: Mapping[str, int]) -> tuple[int, ...]:
    """Return created, changed, unchanged, duplicate, refused, without data."""
    return tuple(counts[name] for name in ("created", "changed", "unchanged", "duplicate", "refused", "no_data"))


def count(company: Company, model: Any = Client) -> int:
    """Return how many rows a table has."""
    with company.database.reading(company.system) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def entries(company: Company) -> int:
    """Return how many entries about clients the journal has."""
    with company.database.reading(company.system) as session:
        about = select(func.count()).select_from(JournalEntry).where(JournalEntry.kind == "clients.client")
        return session.scalar(about) or 0


def spreadsheet(rows: list[list[Any]], **options: Any) -> bytes:
    """Return an XLSX file with these rows."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet("List")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def make_payers(count: int = 60) -> str:
    """Return a list like the real one: a rule of dashes, persons with code 0, stray quotes, clients on two lines."""
    lines = ["Moketojo_ID\tMoketojo_kodas\tMoketojo_pavadinimas\tSuma", "--\t-----\t-----------\t----"]
    for number in range(count):
        code = "0" if number % 3 else str(1_000_000 + number)
        name = f"Ž.{chr(65 + number % 26)}." if number % 3 else f'"Žuvėdra {number}, UAB'
        lines.append(f"{number}\t{code}\t{name}\t{number}.50")
        if number % 5 == 0:
            lines.append(f"{number}\t{code}\t{name}\t17.00")
    return "\r\n".join(lines) + "\r\n"


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


@pytest.fixture
def importer(office: Company) -> Importer:
    """Somebody who may import clients and sees all of them."""
    return Importer(office, office.add_user(permissions=IMPORTER, reach="all"))
