"""Modules made of migration files in a temporary folder, for both databases."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

import kartoteka.builtin.clients.models  # the table that client_id() points to
import kartoteka.builtin.directories.models  # the one that directory_entry() points to
import kartoteka.builtin.users.models  # noqa: F401 - and the one that its managers are in
from kartoteka.db.migrate import Lineage
from kartoteka.testing.databases import storage
from tests.migrations.revisions import installation

__all__ = ["installation", "storage"]

KNOWN_TABLES = """
    from kartoteka.db.references import KnownClientReference, KnownModule, KnownOwner, KnownPersonalData, KnownTable
    for model in (KnownClientReference, KnownModule, KnownOwner, KnownPersonalData, KnownTable):
        model.__table__.create(op.get_bind())
    op.create_table(
        "core_client",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sqlite_autoincrement=True,
    )
"""


class Workshop:
    """Writes the migration files of made-up modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lineage(self, name: str, **options) -> Lineage:
        """Return a module whose migrations lie in a folder of its own."""
        versions = self.folder / name
        versions.mkdir(exist_ok=True)
        return Lineage(name=name, versions=versions, title=name.title(), version="1.0", **options)

    def core(self) -> Lineage:
        """Return a small core with a client table and the tables of what modules said."""
        core = self.lineage("core")
        self.revision(core, KNOWN_TABLES)
        return core

    def revision(self, lineage: Lineage, upgrade: str, downgrade: str = "pass") -> Path:
        """Write the next revision of a module."""
        number = len(list(lineage.versions.glob("*.py"))) + 1
        before = repr(f"{number - 1:04}") if number > 1 else "None"
        file = lineage.versions / f"{number:04}_made.py"
        body = "import sqlalchemy as sa\nfrom alembic import op\n"
        body += f'revision = "{number:04}"\ndown_revision = {before}\nbranch_labels = None\ndepends_on = None\n'
        for name, code in (("upgrade", upgrade), ("downgrade", downgrade)):
            body += f"\n\ndef {name}():\n{indent(dedent(code).strip(), '    ')}\n"
        file.write_text(body)
        return file


@pytest.fixture
def workshop(tmp_path) -> Workshop:
    folder = tmp_path / "100% made up"
    folder.mkdir()
    return Workshop(folder)
