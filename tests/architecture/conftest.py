"""The module that the how-to pages hold between them, put together once and imported."""

from __future__ import annotations

import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kartoteka.api.clients import create_client
from kartoteka.testing.databases import chosen_kinds

FOLDER = Path(__file__).resolve().parents[2] / "docs/how-to"
RIGHTS = ("clients.view", "clients.create", "clients.edit", "crm_visits.view", "crm_visits.edit")
PACKAGES = ("kartoteka_crm_visits", "kartoteka_licences", "kartoteka_fleet")
_BLOCK = re.compile(r"^```(?:python|html|typst)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LISTED = re.compile(r"^\d+\. \[[^\]]+\]\(([^)]+)\)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A piece of code on a page and the file it belongs to."""

    page: Path
    file: str
    code: str


@dataclass(frozen=True)
class HowTo:
    """The pages in the order of the overview, their blocks, and the plugins made of them by module name.

    ``folder`` holds the packages and the tests that the pages show.
    """

    folder: Path
    pages: list[Path]
    blocks: list[Block]
    plugins: dict[str, Any]

    def entry_point(self, module: str) -> Any:
        """Return what an installed package of this module would offer."""
        plugin = self.plugins[module]
        facts = {"name": module, "value": plugin.__name__, "dist": None, "load": lambda point: plugin}
        return type("EntryPoint", (), facts)()


@pytest.fixture(scope="session")
def how_to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HowTo]:
    """The how-to pages and the modules they make."""
    pages = [FOLDER / name for name in _LISTED.findall((FOLDER / "README.md").read_text("utf-8"))]
    blocks = [Block(page, file, code) for page in pages for file, code in _BLOCK.findall(page.read_text("utf-8"))]
    root = tmp_path_factory.mktemp("how_to")
    _write(root, blocks)
    sys.path.insert(0, str(root))
    modules = [package.removeprefix("kartoteka_") for package in PACKAGES]
    yield HowTo(root, pages, blocks, {name: importlib.import_module(f"kartoteka_{name}.plugin") for name in modules})
    sys.path.remove(str(root))


def _write(root: Path, blocks: list[Block]) -> None:
    files: dict[Path, list[str]] = defaultdict(list)
    for block in blocks:
        home = root if block.file.startswith((*PACKAGES, "tests/")) else root / PACKAGES[0]
        files[home / block.file].append(block.code)
    for file, parts in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(parts), "utf-8")
    for package in PACKAGES:
        (root / package / "__init__.py").touch()
    (root / PACKAGES[0] / "migrations").mkdir()


@pytest.fixture(params=chosen_kinds())
def visits(request, company_on, how_to):
    """A company that has switched Visits on, with two clients, one of them visited."""
    company = company_on(request.param, entry_points=[how_to.entry_point("crm_visits")])
    assert company.installation.registry.broken == ()
    visit = how_to.plugins["crm_visits"].Visit
    visit.__table__.create(company.database.engine)
    company.switch("crm_visits")
    with company.database.transaction(company.system) as session:
        for name in ("Alfa", "Beta"):
            create_client(session, {"kind": "company", "company_name": name})
        values = {"phone": "+370 612 34567", "visited_on": date(2026, 3, 2)}
        session.add(visit(client_id=1, place="Žvėrynas", **values))
    return company


@pytest.fixture
def user(visits):
    """The actor of a user who sees all clients and logs visits."""
    return visits.actor(visits.add_user(permissions=RIGHTS, reach="all"))
