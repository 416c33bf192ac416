"""Files that rows name and that are missing or damaged: found by the check, by backups and by the check of a backup."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kartoteka.api.work import store_file
from kartoteka.backup.manifest import Manifest
from kartoteka.builtin.files.models import File
from kartoteka.cli import backup as backups
from kartoteka.cli import check as checking
from kartoteka.db.blobs import read_blob
from kartoteka.db.session import find
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.record import RecordRef

Command = Callable[..., Result]


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


@pytest.fixture
def command(made: Company, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run ``check``, ``backup`` or ``restore`` as a user does, in this company or another one."""
    commands = {"check": checking.check, "backup": backups.backup, "restore": backups.restore}

    def run(name: str, *arguments: object, company: Company = made) -> Result:
        for module in (backups, checking):
            monkeypatch.setattr(module, "opened", lambda: company.installation)
        return CliRunner().invoke(commands[name], [str(one) for one in arguments])

    return run


def register(company: Company, name: str, content: bytes) -> tuple[int, str, Path]:
    """Register a document; return its id, the digest of its content and where this lies."""
    with company.database.transaction(company.system) as session:
        client = company.add_client(f"UAB {name}")
        file = store_file(session, io.BytesIO(content), name, about=RecordRef("clients.client", client.id))
        return file.id, file.blob, next((company.database.files / "files").rglob(file.blob))


@pytest.mark.catalogue("X-33", part="missing files")
def test_a_missing_file_is_found_everywhere(
    made: Company, command: Command, company_on: Callable[..., Company], tmp_path: Path
) -> None:
    archive = tmp_path / "company.zip"
    kept_id, kept, _path = register(made, "Žemėlapis.pdf", b"map")
    file_id, digest, path = register(made, "Sutartis Ąžuolas.pdf", b"contract")
    assert command("check").exit_code == 0
    path.unlink()
    found = command("check")
    assert (found.exit_code, "Files: 1 findings" in found.output) == (1, True), found.output
    assert f"Sutartis Ąžuolas.pdf (core_file {file_id})" in found.output
    assert "not in the store" in found.output
    failed = command("backup", archive)
    assert (failed.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "Sutartis Ąžuolas.pdf (core_file" in failed.output
    assert "Žemėlapis" not in failed.output
    written = command("backup", archive, "--despite-damage")
    assert (written.exit_code, archive.exists()) == (1, True), written.output
    assert "written without these files" in written.output
    assert "Sutartis Ąžuolas.pdf (core_file" in written.output
    with zipfile.ZipFile(archive) as file:
        manifest = Manifest.read(file.read("manifest.json"))
    assert (list(manifest.lost), list(manifest.files)) == ([digest], [kept])
    looked = command("restore", "--check", archive)
    assert (looked.exit_code, "is not whole" in looked.output) == (1, True)
    assert "Sutartis Ąžuolas.pdf (core_file" in looked.output
    new = company_on("sqlite")
    restored = command("restore", archive, company=new)
    assert (restored.exit_code, "Restored: " in restored.output) == (1, True), restored.output
    assert "Sutartis Ąžuolas.pdf (core_file" in restored.output
    with new.database.reading(new.system) as session:
        assert read_blob(new.database.blobs, find(session, File, kept_id).blob) == b"map"
        assert find(session, File, file_id).blob == digest


@pytest.mark.catalogue("X-33", part="damaged files")
def test_one_damaged_file_does_not_keep_a_company_from_being_backed_up(
    made: Company, command: Command, tmp_path: Path
) -> None:
    archive = tmp_path / "company.zip"
    _id, kept, _path = register(made, "map.pdf", b"map")
    _id, digest, path = register(made, "contract.pdf", b"contract")
    path.write_bytes(b"spoilt")
    found = command("check")
    assert (found.exit_code, "contract.pdf (core_file" in found.output, "damaged" in found.output) == (1, True, True)
    failed = command("backup", archive)
    assert (failed.exit_code, archive.exists()) == (1, False)
    assert "contract.pdf (core_file" in failed.output
    assert command("backup", archive, "--despite-damage").exit_code == 1
    with zipfile.ZipFile(archive) as file:
        manifest = Manifest.read(file.read("manifest.json"))
    assert (list(manifest.lost), list(manifest.files)) == ([digest], [kept])
    assert command("restore", "--check", archive).exit_code == 1


def test_an_archive_that_does_not_know_what_it_lacks_is_not_whole(
    made: Company, command: Command, company_on: Callable[..., Company], tmp_path: Path
) -> None:
    _id, _digest, _path = register(made, "contract.pdf", b"contract")
    assert command("backup", tmp_path / "whole.zip").exit_code == 0
    assert command("restore", "--check", tmp_path / "whole.zip").exit_code == 0
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(tmp_path / "whole.zip") as source, zipfile.ZipFile(old, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                values = {**json.loads(content), "format": 2, "files": {}}
                content = json.dumps({key: value for key, value in values.items() if key != "lost"}).encode()
            if not name.startswith("files/"):
                target.writestr(name, content)
    found = command("restore", "--check", old)
    assert (found.exit_code, "contract.pdf (core_file" in found.output) == (1, True), found.output
    restored = command("restore", old, company=company_on("sqlite"))
    assert (restored.exit_code, "contract.pdf (core_file" in restored.output) == (1, True), restored.output
