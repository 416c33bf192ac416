"""What is demanded of a type of documents before the application works with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kartoteka.extension.checks.names import _check_document_type
from kartoteka.extension.checks.shape import check_shape
from kartoteka.extension.declarations.documents import DocumentContent, DocumentType, Series
from kartoteka.extension.documents import making_of
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def declared(tmp_path: Path, **options: Any) -> DocumentType:
    template = tmp_path / "a.typ"
    template.write_text("= A")
    facts: dict[str, Any] = {"name": "sheet", "title": _("Sheet"), "kinds": ("clients.client",)}
    facts |= {"permission": "clients.view", "template": template, "sample": lambda: DocumentContent(title="A")}
    facts |= {"build": lambda session, record: DocumentContent(title="A"), **options}
    return DocumentType(module="crm_test", **facts)


def test_a_sound_type_has_no_problems_and_gets_a_button(tmp_path: Path) -> None:
    one = declared(tmp_path, words={"name": _("Name")}, series=Series(name="letters"))
    assert list(_check_document_type(None, one)) == []  # type: ignore[arg-type]
    assert list(check_shape(one)) == []
    action = making_of(one)
    assert (action.key, action.kinds, action.permission) == ("crm_test.make_sheet", one.kinds, one.permission)
    assert action.page is not None
    assert action.page([RecordRef("clients.client", 7)]) == "/documents/new/crm_test/sheet?record=clients.client:7"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kinds", ()),
        ("template", Path("nowhere.typ")),
        ("template", "a.typ"),
        ("words", {"name": "Name"}),
        ("series", "letters"),
        ("series", Series(name="letters", mask="{year}")),
    ],
)
def test_nonsense_is_named(tmp_path: Path, field: str, value: Any) -> None:
    problems = list(_check_document_type(None, declared(tmp_path, **{field: value})))  # type: ignore[arg-type]
    assert [name for name, _problem in problems] == [field]


@pytest.mark.parametrize(("field", "value"), [("build", lambda session: None), ("sample", lambda one: None)])
def test_functions_that_take_something_else_are_named(tmp_path: Path, field: str, value: Any) -> None:
    assert [name for name, _problem in check_shape(declared(tmp_path, **{field: value}))] == [field]
