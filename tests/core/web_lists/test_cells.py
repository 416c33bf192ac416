"""Cells: every type is written for its reader, and nothing from outside gets through as HTML."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.extension.declarations.data import Choice, Colour, FieldType
from kartoteka.extension.declarations.ui import BadgeValue
from kartoteka.vocabulary.message import text as _
from kartoteka.web.formats import Formats
from kartoteka.web.lists.cells import badge_marks, cell_writer
from kartoteka.web.lists.definition import ListColumn

ENGLISH = Formats("en", "Europe/Vilnius")
CHOICES = (Choice("key", _("Key client"), Colour.DONE), Choice("<b>", "<b>"))
EVIL = "\"><script>alert('x')</script>"


def write(type: FieldType, value: Any, label: str | None = None, formats: Formats = ENGLISH) -> str:
    column = ListColumn(name="c", title=_("Column"), type=type)
    return cell_writer(column, formats, CHOICES, label)(value)


@pytest.mark.parametrize("type", [*FieldType])
def test_nothing_comes_through_as_html(type: FieldType) -> None:
    for written in (write(type, EVIL), write(type, "x", label=EVIL)):
        assert "<script" not in written
        assert '="">' not in written


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        (FieldType.LINE, "Žuvėdra & Co", "Žuvėdra &amp; Co"),
        (FieldType.DATE, date(2026, 11, 2), "2\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026"),
        (FieldType.DATETIME, datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2\N{NO-BREAK SPACE}Jul\N{NO-BREAK SPACE}2026"),
        (FieldType.DECIMAL, Decimal("1234.5"), "1,234.50"),
        (FieldType.INTEGER, 0, "0"),
        (FieldType.YES_NO, False, "No"),
        (FieldType.CHOICE, "key", '<span class="k-badge k-done">Key client</span>'),
        (FieldType.PHONE, "8 (612) 34567", 'href="tel:861234567"'),
        (FieldType.EMAIL, "a@b.lt", 'href="mailto:a@b.lt"'),
        (FieldType.URL, "javascript:alert(1)", 'href="https://javascript:alert(1)"'),
        (FieldType.BLOCK, "first\nsecond", '<td class="k-cell-minor">first</td>'),
    ],
)
def test_types_are_written_for_people(type: FieldType, value: Any, expected: str) -> None:
    assert expected in write(type, value)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_is_a_quiet_dash(empty: Any) -> None:
    assert "–" in write(FieldType.DATE, empty)


def test_facts_carry_their_label_for_phones_and_the_rest_hides() -> None:
    assert 'data-label="Manager"' in write(FieldType.LINE, "Ona", "Manager")
    assert "k-cell-minor" in write(FieldType.LINE, "Ona")
    assert "k-cell-minor" in write(FieldType.LINE, "", "Manager")


def test_a_choice_that_is_no_longer_offered_is_shown_as_it_is() -> None:
    assert "&lt;i&gt;" in write(FieldType.CHOICE, "<i>")


def test_badges_are_escaped() -> None:
    marks = badge_marks([BadgeValue("<b>", "done", title=EVIL)], lambda name: name)
    assert "<b>" not in marks
    assert "<script" not in marks
