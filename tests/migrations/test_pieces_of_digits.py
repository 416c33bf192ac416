"""Migration 0028: texts keep what they say, and their long numbers are found among the digits."""

from __future__ import annotations

from sqlalchemy import text

from kartoteka.db.search import SearchText, matching
from kartoteka.db.search_tables import text_id
from kartoteka.installation import Installation
from kartoteka.vocabulary.search import parse_query
from tests.migrations.revisions import go_to

INSERT = (
    "INSERT INTO core_search_text (id, kind, record_id, client_id, module, text, digits) "
    "VALUES (:id, :kind, :record_id, 7, 'x', :text, :digits)"
)
ROWS = [
    ("clients.client", 7, "  zuvedra  300005439 ", "  300005439 "),
    ("crm.note", 7, "  nr.4455667  nr  4455667 ", ""),
    ("crm.note", 8, "  butas  12 ", "  12 "),
]


def test_numbers_of_texts_are_found_after_it(installation: Installation) -> None:
    go_to(installation, "0027", "upgrade")
    with installation.database.engine.begin() as connection:
        for kind, record, words, numbers in ROWS:
            row = {"id": text_id(kind, record), "kind": kind, "record_id": record, "text": words, "digits": numbers}
            connection.execute(text(INSERT), row)
    go_to(installation, "0028", "upgrade")
    assert digits(installation) == ["  300005439 ", "  4455667 ", "  12 "]
    assert found(installation, "55667") == [("crm.note", 7)]
    assert found(installation, "300005439") == [("clients.client", 7)]
    go_to(installation, "0027", "downgrade")
    go_to(installation, "0028", "upgrade")
    assert digits(installation) == ["  300005439 ", "  4455667 ", "  12 "]
    assert found(installation, "55667") == [("crm.note", 7)]


def digits(installation: Installation) -> list[str]:
    with installation.database.engine.connect() as connection:
        reading = text("SELECT digits FROM core_search_text ORDER BY kind, record_id")
        return list(connection.execute(reading).scalars())


def found(installation: Installation, query: str) -> list[tuple[str, int]]:
    ids = matching(parse_query(query), ["clients.client", "crm.note"], column="record_id").add_columns(SearchText.kind)
    with installation.database.engine.connect() as connection:
        return [(row.kind, row.record_id) for row in connection.execute(ids.order_by(SearchText.id))]
