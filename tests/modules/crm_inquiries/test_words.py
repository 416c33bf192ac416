"""Words that are one in English and several elsewhere: a promise is open in another gender than an inquiry."""

from __future__ import annotations

from pathlib import Path

import pytest

import kartoteka_crm_inquiries
from kartoteka.vocabulary.message import translator
from kartoteka.web.catalogues import make_translator
from kartoteka_crm_inquiries.activities.fields import STATUSES as ACTIVITIES
from kartoteka_crm_inquiries.activities.panels import ACTIONS
from kartoteka_crm_inquiries.inquiries.fields import OUTCOME_CHOICES
from kartoteka_crm_inquiries.letters.rules import STATES
from kartoteka_crm_inquiries.needs.fields import STATUSES as APPEALS
from kartoteka_crm_inquiries.promises.fields import STATUSES as PROMISES

LOCALE = Path(kartoteka_crm_inquiries.__file__).parent / "locale"


def title(language: str, message: object) -> str:
    token = translator.set(make_translator(language, {"crm_inquiries": LOCALE}))
    try:
        return str(message)
    finally:
        translator.reset(token)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Open", "Open", "New", "New"]),
        ("lt", ["Neįvykdytas", "Atviras", "Naujas", "Naujas"]),
        ("et", ["Avatud", "Avatud", "Uus", "Uus"]),
        ("uk", ["Відкрита", "Відкритий", "Новий", "Нове"]),
        ("ru", ["Открыто", "Открыт", "Новое", "Новое"]),
    ],
)
def test_states_agree_with_what_they_are_states_of(language: str, words: list[str]) -> None:
    states = (PROMISES[0], OUTCOME_CHOICES[0], STATES[0], APPEALS[0])
    assert [title(language, one.title) for one in states] == words


@pytest.mark.parametrize(
    ("language", "button", "state"),
    [("en", "Done", "Done"), ("lt", "Užbaigti", "Atlikta"), ("et", "Lõpeta", "Tehtud"), ("ru", "Завершить", "Сделано")],
)
def test_what_is_to_be_done_is_another_word_than_what_is_done(language: str, button: str, state: str) -> None:
    action = next(one for one in ACTIONS if one.name == "finish")
    done = next(one for one in ACTIVITIES if one.value == "done")
    assert (title(language, action.title), title(language, done.title)) == (button, state)
