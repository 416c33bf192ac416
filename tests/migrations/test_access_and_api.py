"""Migration 0019: its tables equal the models, and the search texts of marked kinds are safe up and down."""

from __future__ import annotations

from sqlalchemy import text

from kartoteka.db import migrate
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation
from tests.migrations.revisions import go_to

OWN = ("core_api_use", "core_document_print", "core_erasure", "core_search_text")


def kinds_of(installation: Installation) -> dict[str, str]:
    with installation.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, text FROM core_search_text ORDER BY kind"))
        return {row.kind: row.text for row in rows}


def test_texts_of_marked_kinds_go_up_and_down_and_nobody_finds_more(installation: Installation) -> None:
    go_to(installation, "0018", "upgrade")
    with installation.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO core_confidential_field (kind, field, version, created_at) "
                "VALUES ('clients.client', 'phone', 1, '2026-01-01 00:00:00')"
            )
        )
        for kind in ("clients.client", "files.file"):
            row = {"kind": kind, "text": f" {kind} "}
            insert = (
                "INSERT INTO core_search_text (kind, record_id, module, text, digits) VALUES (:kind, 1, 'x', :text, '')"
            )
            connection.execute(text(insert), row)
    go_to(installation, "0019", "upgrade")
    assert kinds_of(installation) == {
        "clients.client": " clients.client ",
        "clients.client:open": " clients.client ",
        "files.file": " files.file ",
    }
    with installation.database.engine.begin() as connection:
        connection.execute(text("UPDATE core_search_text SET text = ' secret ' WHERE kind = 'clients.client'"))
    go_to(installation, "0018", "downgrade")
    assert kinds_of(installation) == {"clients.client": " clients.client ", "files.file": " files.file "}
    go_to(installation, "0019", "upgrade")


def test_tables_equal_the_models(installation: Installation) -> None:
    wanted = lineages(installation.registry)
    core = next(one for one in wanted if one.prefix == "core_")
    migrate.upgrade(installation.database, wanted)
    assert [one for one in migrate.check(installation.database, core) if any(name in str(one) for name in OWN)] == []
