"""The contract of modules can be broken: each promise, broken on purpose in a new module, is told with its place."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

from kartoteka.extension.declarations.data import ClientReference
from kartoteka.testing.contract.storing import free_references, unmergeable_references
from tests.architecture.machine import Machine, make_project

NAME = "torn"
PACKAGE = f"src/kartoteka_{NAME}"
LAST_RIGHT = "            weight=20,\n        ),\n"
IDLE_RIGHT = '        Permission(name="torn.idle", title=_("Write notes"), description=_("Write notes")),\n'
OPEN_ROUTE = '@blueprint.get("/open")\n@signed_in\ndef show_open() -> Answer:\n    return "open"\n\n\n'
TYPING = "from typing import Any\n"
LOST_TRANSLATION = 'msgid "No notes yet"\nmsgstr "Pastabų dar nėra"\n\n'

FAULTS: list[tuple[str, str | None, str]] = [
    (f"{PACKAGE}/plugin.py", LAST_RIGHT, LAST_RIGHT + IDLE_RIGHT),
    (f"{PACKAGE}/plugin.py", 'ClientReference(table="torn_note", column="client_id", on_delete="with_client")', ""),
    (f"{PACKAGE}/plugin.py", '"details": ""}', "}"),
    (f"{PACKAGE}/views.py", "render_card, require, toast", "render_card, require, signed_in, toast"),
    (f"{PACKAGE}/views.py", "def _back(", f"{OPEN_ROUTE}def _back("),
    (f"{PACKAGE}/service.py", TYPING, f"{TYPING}\nfrom kartoteka.db.base import Model\n"),
    (f"{PACKAGE}/queries.py", TYPING, f"{TYPING}\nimport flask\n"),
    ("README.md", None, "# Torn\n"),
    (
        f"{PACKAGE}/panels.py",
        "    if not notes and",
        "    for _again in range(5):\n        notes_of(session, record.id, LATEST)\n    if not notes and",
    ),
    (f"{PACKAGE}/models.py", "mapped_column(String(200))", "mapped_column(String(200), index=True)"),
    (f"{PACKAGE}/locale/lt/LC_MESSAGES/torn.po", LOST_TRANSLATION, ""),
    (f"{PACKAGE}/forms.py", 'LineField(_("Subject")', 'LineField("Subject"'),
    (f"{PACKAGE}/reports.py", 'ReportColumn("subject", _("Subject")', 'ReportColumn("remark", _("Subject")'),
]
"""File, what stands there (None: everything), what is put in its place."""

TOLD = {
    "test_every_permission_is_used": "torn.idle guards nothing",
    "test_client_references_are_declared": "torn_note.client_id points to a client and is not declared",
    "test_personal_data_is_declared": "torn.note.details is personal",
    "test_every_route_needs_a_right": "/torn/open (torn.show_open) lets in everybody",
    "test_users_without_rights_are_refused": "GET /torn/open answers 200",
    "test_it_imports_only_the_public_door": "imports kartoteka.db.base.Model",
    "test_its_inner_files_know_no_web": "imports flask",
    "test_it_has_a_page_about_it": "README.md has 2 words",
    "test_panels_load": "6 statements, 2 allowed",
    "test_migrations_go_up_down_and_up": "add index: ix_torn_note_subject",
    "test_texts_are_translated": "lt/LC_MESSAGES/torn.po: 1 texts, first: 'No notes yet'",
    "test_texts_can_be_translated": "NoteForm.subject is a plain text: 'Subject'",
    "test_reports_run": "a row lacks remark",
}


def test_each_broken_promise_is_told(tmp_path: Path) -> None:
    project = make_project(NAME, tmp_path)
    for file, before, after in FAULTS:
        plant(project / file, before, after)
    machine = Machine(tmp_path)
    machine.install(project)
    done = machine.pytest(project, "tests/test_contract.py")
    failed = set(re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE))
    assert failed == set(TOLD), done.stdout
    assert [message for message in TOLD.values() if message not in done.stdout] == []


def plant(file: Path, before: str | None, after: str) -> None:
    """Put a mistake into a file of the new module."""
    written = file.read_text("utf-8") if file.exists() else ""
    if before is None:
        written, before = "", ""
    assert before in written, f"{file}: the template has changed; {before!r} is not there any more"
    file.write_text(written.replace(before, after, 1) if before else written + after, "utf-8")


def test_a_module_that_is_not_there_is_told(tmp_path: Path) -> None:
    contract = tmp_path / "test_contract.py"
    contract.write_text(
        "from kartoteka.testing import ModuleContract\n\n\nclass TestIt(ModuleContract):\n    module = 'not_there'\n"
    )
    done = Machine(tmp_path).pytest(tmp_path, "-x")
    assert done.returncode == 1
    assert "No module not_there is installed" in done.stdout
    assert "pip install -e ." in done.stdout


def _table(*extra: Any) -> Table:
    metadata = MetaData()
    Table("core_client", metadata, Column("id", Integer, primary_key=True))
    key = ForeignKey("core_client.id", ondelete="RESTRICT")
    return Table("torn_note", metadata, Column("client_id", Integer, key), *extra)


def test_references_made_by_hand_are_told() -> None:
    made = _table(Column("origin_kind", String(80)), Column("origin_id", Integer), Column("other_client_id", Integer))
    assert list(free_references([made])) == [
        "torn_note.origin_kind and origin_id are a reference made by hand",
        "torn_note.other_client_id is no foreign key to a client",
    ]
    assert list(free_references([_table(Column("kind", String(20)), Column("id", Integer))])) == []


@pytest.mark.parametrize(
    ("on_merge", "unique_with", "told"),
    [
        ("move", (), ["torn_note.client_id is unique with role"]),
        ("drop_duplicates", ("day",), ["torn_note.client_id is unique with role"]),
        ("drop_duplicates", ("role",), []),
    ],
)
def test_unique_rows_must_be_mergeable(on_merge: Any, unique_with: tuple[str, ...], told: list[str]) -> None:
    table = _table(Column("role", String(20)), Column("day", Integer), UniqueConstraint("client_id", "role"))
    reference = ClientReference(
        module="torn", table="torn_note", column="client_id", on_merge=on_merge, unique_with=unique_with
    )
    registry = SimpleNamespace(client_references=[reference])
    subject: Any = SimpleNamespace(tables=[table], registry=registry, own=lambda declarations: declarations)
    assert list(unmergeable_references(subject)) == told
