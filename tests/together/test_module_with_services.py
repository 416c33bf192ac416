"""A module from the template leans on mail, files, stream, documents, directories, API and planned reports, shortly."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from kartoteka.cli import kartoteka
from kartoteka.db.migrate import new_revision
from kartoteka.extension.lineages import lineages
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import SQLITE, chosen_kinds
from tools.tree import ROOT

MODULE = "reception"
OWN = Path(__file__).parent / MODULE
MOST_LINES = 150
ENTRY = SimpleNamespace(name=MODULE, value=f"kartoteka_{MODULE}.plugin", dist=None, load=lambda: plugin())
RIGHTS = (
    "clients.view",
    "reception.view",
    "reception.write",
    "timeline.view",
    "files.view",
    "documents.view",
    "mail.view",
    "rest.keys",
)
TOPIC = 'name="topic", title=_("Topic"), type=FieldType.CHOICE, choices=directory_choices(TOPICS), column="topic_id"'
EDITS = (
    ("models.py", "Record, client_id\n", "Record, client_id, directory_entry\n"),
    (
        "models.py",
        'default="")\n',
        'default="")\n    topic_id: Mapped[int | None] = directory_entry("reception.topics")\n',
    ),
    ("fields.py", "FieldType\n", "FieldType\nfrom kartoteka.api.directories import directory_choices\n"),
    ("fields.py", 'WRITE = "reception.write"\n', 'WRITE = "reception.write"\nTOPICS = "reception.topics"\n'),
    ("fields.py", "searchable=True),\n)\n", f"searchable=True),\n    Field({TOPIC}),\n)\n"),
    ("plugin.py", "API_VERSION, hookimpl\n", "API_VERSION, declare, hookimpl\n"),
    ("plugin.py", "import queries\n", "import queries, talks\n"),
    ("plugin.py", "[ADD_NOTE]", "[ADD_NOTE, talks.TALK]"),
    ("plugin.py", "[NOTES_OF_A_PERIOD]", "[NOTES_OF_A_PERIOD, talks.REPORT]"),
)
"""What the module changes in the files of the template: file, text, the text in its place."""


def plugin() -> Any:
    return import_module(f"kartoteka_{MODULE}.plugin")


def add_services(package: Path) -> None:
    """Make of the template's module the one of this test."""
    for name, before, after in EDITS:
        text = (package / name).read_text("utf-8")
        assert text.count(before) == 1, (name, before)
        (package / name).write_text(text.replace(before, after), "utf-8")
    with (package / "plugin.py").open("a", encoding="utf-8") as file:
        file.write((OWN / "hooks.txt").read_text("utf-8"))
    for path in ("talks.py", "papers/talks.typ"):
        (package / path).parent.mkdir(exist_ok=True)
        shutil.copy(OWN / path, package / path)


def own_lines(package: Path, template: Path) -> list[str]:
    """Return every added or changed line, empty ones too; not those of the revision, which a command writes."""
    found: list[str] = []
    files = [one for one in package.rglob("*") if one.suffix in (".py", ".html", ".typ")]
    for path in sorted(one for one in files if one.parent.name != "migrations"):
        before = template / path.relative_to(package)
        lines = before.read_text("utf-8").splitlines() if before.exists() else []
        changes = list(unified_diff(lines, path.read_text("utf-8").splitlines(), n=0, lineterm=""))[2:]
        found += [line for line in changes if line.startswith("+")]
    return found


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The module, generated, extended and ready for import; once, because its tables can be mapped only once."""
    folder = tmp_path_factory.mktemp("generated")
    command = ["module", "new", MODULE, "--into", str(folder), "--title", "Reception"]
    made = CliRunner().invoke(kartoteka, command)
    assert made.exit_code == 0, made.output
    package = folder / MODULE / "src" / f"kartoteka_{MODULE}"
    shutil.copytree(package, folder / "template")
    add_services(package)
    sys.path.insert(0, str(package.parent))
    yield package
    sys.path.remove(str(package.parent))


@pytest.fixture(scope="session")
def migrated(package: Path) -> Path:
    """The module with the revision that ``kartoteka db revision`` writes for its column."""
    with open_company(SQLITE, entry_points=[ENTRY]) as company:
        assert company.installation.registry.broken == ()
        lineage = next(one for one in lineages(company.installation.registry) if one.name == MODULE)
        assert "topic_id" in new_revision(company.database, lineage, "Add topics").read_text("utf-8")
    return package


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, migrated: Path, mailbox: Any, clock: Any) -> Iterator[Company]:
    """A company with the module on and the first topics in its directory, on Friday, 20 March 2026."""
    clock.set("2026-03-20 09:00")
    with open_company(request.param, entry_points=[ENTRY]) as company:
        company.switch(MODULE)
        mailbox.prepare(company.database)
        chief = company.browser(company.add_user("administrator"))
        assert chief.post("/directories/start", data={"country": "LT"}).status_code == 302
        assert "Repair" in chief.get("/directories/reception.topics").text
        yield company


@pytest.fixture
def clerk(office: Company) -> Any:
    return office.browser(office.add_user(permissions=RIGHTS, reach="all", name="Ona", email="ona@example.lt"))


@pytest.fixture
def topics(office: Company, clerk: Any) -> dict[str, str]:
    """The topics as the form offers them: what each is called, and its value."""
    client = office.add_client("UAB Durys", email="durys@example.lt")
    page = clerk.get(f"/actions/reception/talk?kind=clients.client&id={client.id}").text
    return {title: value for value, title in re.findall(r'<option value="(\d+)">([^<]+)<', page)}


def talk(clerk: Any, topic: str, **values: str) -> Any:
    data = {"kind": "clients.client", "id": "1", "confirmed": "1", "day": "2026-03-20", "topic": topic, **values}
    return clerk.post("/actions/reception/talk", data=data)


def test_its_own_lines_are_few_and_tidy(package: Path) -> None:
    lines = own_lines(package, package.parents[2] / "template")
    assert 100 < len(lines) < MOST_LINES, "\n".join(lines)
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), str(package)]
        judged = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout


def test_a_talk_is_mailed_filed_and_in_the_stream(
    office: Company, clerk: Any, topics: dict[str, str], mailbox: Any
) -> None:
    assert {"Offer", "Repair"} <= set(topics)
    assert "/actions/reception/talk" in clerk.get("/clients/1").text
    for wrong in ("", "99999"):
        assert talk(clerk, wrong, subject="Doors").status_code == 422
    assert talk(clerk, topics["Repair"], subject="Two doors", details="Žalios durys iki gegužės").status_code == 302
    run_jobs(office)
    (message,) = mailbox.messages
    assert (message["To"], mailbox.addressees) == ("durys@example.lt", [["durys@example.lt"]])
    assert message["Subject"].startswith("Our talk on")
    text = message.get_body(("plain",)).get_content()
    assert "Dear UAB Durys," in text
    assert "Žalios durys iki gegužės" in text
    found = clerk.get("/files/?q=gegužės").text
    assert "Two doors" in found
    file = re.search(r'href="/files/(\d+)"', found)
    assert file is not None
    assert clerk.get(f"/files/{file[1]}/download").data.decode() == "Žalios durys iki gegužės"
    assert "Two doors" not in clerk.get("/files/?q=langai").text
    stream = clerk.get("/clients/1/timeline?only=reception.talks").text
    assert "Two doors" in stream
    assert "Žalios durys iki gegužės" in stream
    assert "Two doors" not in clerk.get("/clients/1/timeline?only=timeline.changes").text


def test_the_list_of_talks_is_a_numbered_document(office: Company, clerk: Any, topics: dict[str, str]) -> None:
    talk(clerk, topics["Offer"], subject="Langų kaina")
    assert "/actions/reception/make_talks" in clerk.get("/clients/1").text
    made = clerk.post("/documents/new/reception/talks", data={"record": "clients.client:1", "language": "en"})
    assert made.status_code == 302
    pdf = clerk.get(f"{made.location}/pdf")
    assert pdf.mimetype == "application/pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    for expected in ("UAB Durys", "T2026-001", "Langų kaina", "Offer"):
        assert expected in text


def test_programs_list_and_add_talks_with_a_key(office: Company, clerk: Any, topics: dict[str, str]) -> None:
    form = {"title": "Website", "scopes": ["reception.talks:read", "reception.talks:create"]}
    token = re.search(r"kk_[\w-]{43}", clerk.post("/rest/keys/new", data=form).text)
    assert token is not None
    program = office.app.test_client()
    ask: Callable[..., Any] = lambda method, **more: program.open(  # noqa: E731
        "/api/v1/reception/talks", method=method, headers={"Authorization": f"Bearer {token[0]}"}, **more
    )
    topic = int(topics["Offer"])
    sent = {"client": 1, "day": "2026-03-19", "subject": "From the website", "details": "", "topic": topic}
    assert ask("POST", json={**sent, "topic": 99999}).status_code == 422
    made = ask("POST", json=sent)
    assert (made.status_code, made.json["topic"]) == (201, topic)
    (shown,) = ask("GET").json["items"]
    assert {name: shown[name] for name in sent} == sent
    assert program.get("/api/v1/reception/talks").status_code == 401
    assert "From the website" in clerk.get("/clients/1/timeline").text


def test_its_report_is_planned_and_arrives(
    office: Company, clerk: Any, topics: dict[str, str], mailbox: Any, clock: Any
) -> None:
    for subject in ("Doors", "Windows"):
        talk(clerk, topics["Repair"], subject=subject)
    run_jobs(office)
    mailbox.clear()
    assert "Repair" in clerk.get("/reports/reception/talks?span=month").text
    form = {"every": "week", "hour": "7", "file": "csv", "address": "ona@example.lt"}
    assert clerk.post("/reports/reception/talks/plan?span=month", data=form).status_code == 302
    assert "Talks by topic" in clerk.get("/reports/planned").text
    run_jobs(office)
    assert mailbox.messages == []
    clock.set("2026-03-23 08:10")
    run_jobs(office)
    assert (mailbox.subjects, mailbox.addressees) == (["Talks by topic"], [["ona@example.lt"]])
    (attachment,) = mailbox.messages[0].iter_attachments()
    lines = attachment.get_payload(decode=True).decode("utf-8-sig").splitlines()
    assert any(re.fullmatch(r'"?Repair"?[;,]"?2"?', line) for line in lines), lines
