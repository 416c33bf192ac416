"""CSV and XLSX: the right letters, the right types, and no formulas."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kartoteka.web.downloads import Heading, attachment, csv_response, harmless, xlsx_response

COLUMNS = [Heading("a", "Ąžuolas"), Heading("b", "=Sum")]
ROWS = [
    {"a": "Žuvėdra; „x“", "b": Decimal("1234.50")},
    {"a": "=HYPERLINK(1)", "b": date(2026, 11, 22)},
    {"a": "-1+1", "b": datetime(2026, 11, 22, 10, 0, tzinfo=UTC)},
    {"a": None, "b": True},
]


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\n=1", "＝1"])
def test_what_may_be_a_formula_begins_with_an_apostrophe(value: str) -> None:
    assert harmless(value) == f"'{value}"


def test_csv_opens_in_a_spreadsheet(world: Any) -> None:
    with world.app.test_request_context():
        body = csv_response(ROWS, COLUMNS, "x.csv").get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Ąžuolas;'=Sum"
    assert lines[1] == '"Žuvėdra; „x“";1234.50'
    assert lines[2] == "'=HYPERLINK(1);2026-11-22"
    assert lines[3] == "'-1+1;2026-11-22 12:00"
    assert lines[4] == ";1"


def test_xlsx_holds_values_with_their_types(world: Any) -> None:
    with world.app.test_request_context():
        body = b"".join(xlsx_response(ROWS, COLUMNS, "x.xlsx").response)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Ąžuolas", "=Sum"]
    assert rows[1] == ["Žuvėdra; „x“", 1234.5]
    assert rows[2] == ["=HYPERLINK(1)", date(2026, 11, 22)]
    assert rows[3][1] == datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001
    assert rows[4] == ["", True]


def test_page_streams_rows_of_its_own_session(world: Any, surfer: Any) -> None:
    answer = surfer.get("/shop/rows.csv")
    assert "200;Užsakymas 200" in answer.text
    assert "99;'=HYPERLINK(1)" in answer.text
    assert "filename*=UTF-8''u%C5%BEsakymai.csv" in answer.headers["Content-Disposition"]
    world.person.permissions = frozenset({"shop.view"})
    assert "200;" not in surfer.get("/shop/rows.csv").text, "row rights hold in downloads too"
    assert surfer.get("/shop/rows.xlsx").status_code == 200


def test_file_name_cannot_break_the_header() -> None:
    assert attachment('a"\r\nSet-Cookie: x.csv').count('"') == 2
    assert "\r" not in attachment("a\r\n.csv")
