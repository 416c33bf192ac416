"""Rules of repetition in words: plural forms and days as the reader's language has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import kartoteka_crm_inquiries
from kartoteka.vocabulary.message import translator
from kartoteka.web.catalogues import make_translator
from kartoteka.web.i18n import formats, formats_for
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.rules import DAILY, Repetition
from kartoteka_crm_inquiries.series.wording import in_words

LOCALE = Path(kartoteka_crm_inquiries.__file__).parent / "locale"
STARTS = datetime(2026, 11, 23, 9, tzinfo=UTC)


def said(language: str, repetition: Repetition) -> list[str]:
    rule = rules.write_rule(repetition, STARTS, "Europe/Vilnius")
    tokens = (
        (translator, translator.set(make_translator(language, {"crm_inquiries": LOCALE}))),
        (formats, formats.set(formats_for(language, "Europe/Vilnius"))),
    )
    try:
        return [str(one) for one in in_words(rule, STARTS, "Europe/Vilnius")]
    finally:
        for variable, token in tokens:
            variable.reset(token)  # type: ignore[attr-defined]


@pytest.mark.catalogue("IN-33")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Every 2 days", "Every 5 days", "Every 21 days"]),
        ("lt", ["Kas 2 dienas", "Kas 5 dienas", "Kas 21 dieną"]),
        ("et", ["Iga 2 päeva järel", "Iga 5 päeva järel", "Iga 21 päeva järel"]),
        ("uk", ["Кожні 2 дні", "Кожні 5 днів", "Кожен 21 день"]),
        ("ru", ["Каждые 2 дня", "Каждые 5 дней", "Каждый 21 день"]),
    ],
)
def test_every_some_days_takes_the_right_form(language: str, words: list[str]) -> None:
    assert [said(language, Repetition(frequency=DAILY, interval=number))[0] for number in (2, 5, 21)] == words


@pytest.mark.catalogue("IN-33")
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Until 1\xa0Dec\xa02026"), ("lt", "Iki 2026-12-01"), ("et", "Kuni 01.12.2026"), ("ru", "До 01.12.2026")],
)
def test_the_last_day_is_written_as_the_reader_does(language: str, words: str) -> None:
    assert said(language, Repetition(frequency=DAILY, until=date(2026, 12, 1)))[-1] == words
