"""Migration 0025: search texts get ids that say whose they are, and are found before and after."""

from __future__ import annotations

from sqlalchemy import text

from kartoteka.db import migrate
from kartoteka.db.search_tables import text_id
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation
from tests.migrations.revisions import go_to

FIND = {
    "sqlite": "SELECT rowid FROM core_search_index WHERE core_search_index MATCH 'text : \"vedra\"' ORDER BY rowid",
    "postgresql": "SELECT id FROM core_search_text WHERE text LIKE '%vedra%' ORDER BY id",
}
INSERT = (
    "INSERT INTO core_search_text (kind, record_id, client_id, module, text, digits) "
    "VALUES (:kind, :record_id, :client_id, 'x', :text, '')"
)
ROWS = [
    {"kind": "clients.client", "record_id": 7, "client_id": 7, "text": "  zuvedra "},
    {"kind": "clients.client:open", "record_id": 7, "client_id": 7, "text": "  zuvedra "},
    {"kind": "files.file", "record_id": 7, "client_id": None, "text": "  vedra "},
    {"kind": "gone.thing", "record_id": 2**31 - 1, "client_id": 7, "text": "  azuolas "},
]


def found(installation: Installation) -> list[int]:
    with installation.database.engine.connect() as connection:
        return list(connection.execute(text(FIND[connection.dialect.name])).scalars())


def test_texts_keep_what_they_say_and_are_found_up_and_down(installation: Installation) -> None:
    go_to(installation, "0024", "upgrade")
    with installation.database.engine.begin() as connection:
        connection.execute(text(INSERT), ROWS)
    go_to(installation, "0025", "upgrade")
    of_vedra = sorted(text_id(row["kind"], row["record_id"]) for row in ROWS if "vedra" in row["text"])
    assert found(installation) == of_vedra
    assert all(number >= 2**32 for number in of_vedra)
    go_to(installation, "0024", "downgrade")
    assert len(found(installation)) == len(of_vedra)
    with installation.database.engine.begin() as connection:
        connection.execute(text(INSERT), [{**ROWS[0], "record_id": 8}])
        ids = connection.execute(text("SELECT id FROM core_search_text ORDER BY id")).scalars().all()
    assert ids == [1, 2, 3, 4, 5]
    go_to(installation, "0025", "upgrade")
    assert len(found(installation)) == len(of_vedra) + 1


def test_tables_equal_the_models(installation: Installation) -> None:
    wanted = lineages(installation.registry)
    core = next(one for one in wanted if one.prefix == "core_")
    migrate.upgrade(installation.database, wanted)
    assert [one for one in migrate.check(installation.database, core) if "core_search" in str(one)] == []
