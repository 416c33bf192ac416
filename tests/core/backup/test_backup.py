"""Backups: everything comes back, on the same kind of database and on the other one, or nothing does."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from kartoteka.backup import ArchiveBroken, check_backup, make_backup, restore_backup
from kartoteka.builtin.audit.service import check as check_chain
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.importing.models import Import
from kartoteka.db.blobs import put_bytes, read_blob
from kartoteka.db.search import check_search
from kartoteka.testing.company import Company, demo_template, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Problem
from tests.installed import installed

KINDS = chosen_kinds()
REMEMBERED = {"core_client_reference", "core_owner_column", "core_personal_data"}
"""What an upgrade writes anew, with the same content."""
LETTER = "Ąžuolas, õun, їжак 😀".encode()


@pytest.fixture
def filled(company_on: Callable[..., Company]) -> Callable[[str], Company]:
    def make(kind: str) -> Company:
        made = company_on(kind, template=demo_template(*installed("crm_clients"), kind=kind, clients=20))
        put_bytes(made.database.blobs, LETTER)
        return made

    return make


def counts(company: Company) -> dict[str, tuple[int, str]]:
    """Return the rows and the digest of each table, as a backup of it says."""
    path = company.database.files / "again.zip"
    manifest = make_backup(company.installation, path)
    path.unlink()
    return {name: (counted.rows, counted.digest) for name, counted in manifest.tables.items()}


@pytest.mark.catalogue("X-33", part="backup and restore, on either engine")
@pytest.mark.parametrize(("source", "target"), list(product(KINDS, KINDS)))
def test_a_backup_comes_back_whole_on_either_engine(
    filled: Callable[[str], Company], company_on: Callable[..., Company], source: str, target: str, tmp_path: Path
) -> None:
    old, new = filled(source), company_on(target)
    made = make_backup(old.installation, tmp_path / "company.zip")
    assert made.tables["core_client"].rows == 20
    assert check_backup(tmp_path / "company.zip") == made
    restore_backup(new.installation, tmp_path / "company.zip")
    assert counts(new) == counts(old)
    (digest,) = made.files
    assert read_blob(new.database.blobs, digest) == LETTER
    with new.database.transaction(new.system) as session:
        assert check_chain(session).is_whole
        assert check_search(session) == []
        highest = session.scalar(select(func.max(Client.id)))
    assert new.add_client("Nauja UAB").id == highest + 1


@pytest.mark.parametrize("target", KINDS)
def test_files_that_wait_to_be_imported_come_back_too(
    filled: Callable[[str], Company], company_on: Callable[..., Company], target: str, tmp_path: Path
) -> None:
    old, new = filled("sqlite"), company_on(target)
    waiting, gone, stray = (old.database.files / "imports" / (sign * 32) for sign in "abc")
    for folder in (waiting, stray):
        folder.mkdir(parents=True)
        (folder / "uploaded").write_bytes(LETTER)
        (folder / "rows.csv").write_text("Name\nŽuvėdra\n", "utf-8")
    with old.database.transaction(old.system) as session:
        session.add_all(Import(target="clients.clients", filename="l.csv", folder=one.name) for one in (waiting, gone))
    archive = tmp_path / "company.zip"
    made = make_backup(old.installation, archive)
    assert set(made.uploads) == {f"{waiting.name}/uploaded", f"{waiting.name}/rows.csv"}
    assert check_backup(archive) == made
    restore_backup(new.installation, archive)
    there = new.database.files / "imports"
    assert (there / waiting.name / "uploaded").read_bytes() == LETTER
    assert "Žuvėdra" in (there / waiting.name / "rows.csv").read_text("utf-8")
    assert not (there / stray.name).exists()


def test_a_forged_name_of_an_upload_writes_nowhere(filled: Callable[[str], Company], tmp_path: Path) -> None:
    make_backup(filled("sqlite").installation, tmp_path / "whole.zip")
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(tmp_path / "whole.zip") as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                manifest["uploads"] = {"../../evil": {"rows": 1, "digest": hashlib.sha256(b"x").hexdigest()}}
                content = json.dumps(manifest).encode()
            target.writestr(name, content)
        target.writestr("imports/../../evil", b"x")
    with pytest.raises(ArchiveBroken, match="damaged"):
        check_backup(forged)


@pytest.mark.parametrize("target", KINDS)
def test_ids_are_never_given_again(
    filled: Callable[[str], Company], company_on: Callable[..., Company], target: str, tmp_path: Path
) -> None:
    old, new = filled("sqlite"), company_on(target)
    last = old.add_client("Paskutinė").id
    with old.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM core_search_text WHERE client_id = :id"), {"id": last})
        connection.execute(text("DELETE FROM core_client WHERE id = :id"), {"id": last})
    make_backup(old.installation, tmp_path / "company.zip")
    restore_backup(new.installation, tmp_path / "company.zip")
    assert new.add_client("Nauja").id == last + 1


@pytest.mark.parametrize(("source", "target"), list(product(KINDS, KINDS)))
def test_data_without_code_comes_back_too(
    filled: Callable[[str], Company], company_on: Callable[..., Company], source: str, target: str, tmp_path: Path
) -> None:
    old, new = filled(source), company_on(target)
    with old.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE gone_visit (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES core_client(id)"
                ", said VARCHAR(40), paid NUMERIC(10, 2), was_there BOOLEAN)"
            )
        )
        connection.execute(text("CREATE TABLE kartoteka_revision_gone (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO kartoteka_revision_gone VALUES ('0003')"))
        connection.execute(text("INSERT INTO gone_visit VALUES (7, 1, 'Sveiki', 12.5, true)"))
    make_backup(old.installation, tmp_path / "company.zip")
    restore_backup(new.installation, tmp_path / "company.zip")
    with new.database.engine.connect() as connection:
        row = connection.execute(text("SELECT id, client_id, said, paid, was_there FROM gone_visit")).one()
        assert (row.id, row.client_id, row.said, float(row.paid), bool(row.was_there)) == (7, 1, "Sveiki", 12.5, True)
        assert connection.scalar(text("SELECT version_num FROM kartoteka_revision_gone")) == "0003"


def test_only_an_empty_database_is_filled(filled: Callable[[str], Company], tmp_path: Path) -> None:
    old = filled("sqlite")
    make_backup(old.installation, tmp_path / "company.zip")
    before = counts(old)
    with pytest.raises(Problem, match="uses this database already"):
        restore_backup(old.installation, tmp_path / "company.zip")
    assert counts(old) == before
    with pytest.raises(Problem, match="already exists"):
        make_backup(old.installation, tmp_path / "company.zip")


def damaged(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Return a copy of an archive with parts changed, or left out where ``change`` returns None."""
    copy = path.with_name("damaged.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return copy


def lose_a_row(name: str, content: bytes) -> bytes:
    return content.split(b"\n", 1)[1] if name == "tables/core_client.jsonl" else content


def change_a_letter(name: str, content: bytes) -> bytes:
    return content.replace(b"UAB", b"UAC", 1) if name == "tables/core_client.jsonl" else content


def write_nonsense(name: str, content: bytes) -> bytes:
    return b'{"a": 1}\n' if name == "tables/core_client.jsonl" else content


def spoil_a_file(name: str, content: bytes) -> bytes:
    return content + b"!" if name.startswith("files/") else content


def leave_a_table_out(name: str, content: bytes) -> bytes | None:
    return None if name == "tables/core_client.jsonl" else content


def leave_the_manifest_out(name: str, content: bytes) -> bytes | None:
    return None if name == "manifest.json" else content


def come_from_the_future(name: str, content: bytes) -> bytes:
    return json.dumps({**json.loads(content), "format": 99}).encode() if name == "manifest.json" else content


def belong_to_other_tables(name: str, content: bytes) -> bytes:
    if name != "manifest.json":
        return content
    values = json.loads(content)
    values["revisions"]["core"] = "0000"
    return json.dumps(values).encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup to damage copies of: making one takes longer than reading it."""
    path = tmp_path_factory.mktemp("archive") / "company.zip"
    demo = demo_template(*installed("crm_clients"), kind="sqlite", clients=20)
    with open_company("sqlite", template=demo) as made:
        put_bytes(made.database.blobs, LETTER)
        make_backup(made.installation, path)
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lose_a_row, "damaged: core_client"),
        (change_a_letter, "damaged: core_client"),
        (write_nonsense, "damaged: core_client"),
        (spoil_a_file, "damaged"),
        (leave_a_table_out, "damaged"),
        (leave_the_manifest_out, "not a backup"),
        (come_from_the_future, "newer version"),
        (belong_to_other_tables, "other tables than this version of core"),
    ],
)
def test_a_damaged_archive_changes_nothing(
    company_on: Callable[..., Company], archive: Path, change: Callable[[str, bytes], bytes | None], said: str
) -> None:
    new = company_on("sqlite")
    before = counts(new)
    broken = damaged(archive, change)
    with pytest.raises(Problem, match=said):
        restore_backup(new.installation, broken)
    after = counts(new)
    assert {name for name in before if after[name] != before[name]} <= REMEMBERED


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 and then nothing"])
def test_other_files_are_no_backups(company_on: Callable[..., Company], content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other.zip").write_bytes(content)
    with pytest.raises(ArchiveBroken, match="not a backup"):
        restore_backup(company_on("sqlite").installation, tmp_path / "other.zip")


def test_a_backup_that_fails_leaves_no_archive(filled: Callable[[str], Company], tmp_path: Path) -> None:
    old = filled("sqlite")
    (kept,) = [path for path in (old.database.files / "files").rglob("*") if path.is_file()]
    kept.write_bytes(b"spoilt")
    with pytest.raises(Problem, match="damaged"):
        make_backup(old.installation, tmp_path / "company.zip")
    assert list(tmp_path.iterdir()) == []
