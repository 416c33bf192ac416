"""Languages: chosen per reader, one catalogue per module, plural forms, dates and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal, format_percent

from kartoteka.vocabulary.message import Message, Texts, text
from kartoteka.web.catalogues import PSEUDO, make_translator, read_catalogue
from kartoteka.web.formats import STYLES, Formats
from kartoteka.web.i18n import LANGUAGES

LOCALE = Path(__file__).parent / "shop" / "locale"
SHOP = Texts("shop")


def lithuanian() -> Any:
    return make_translator("lt", {"shop": LOCALE})


def test_module_text_comes_from_the_module_catalogue_only() -> None:
    translate = lithuanian()
    assert translate(SHOP("Save")) == "Išsaugoti parduotuvėje"
    assert translate(text("Save")) == "Save", "a module must not change a text of the core"


@pytest.mark.parametrize(
    ("count", "wanted"),
    [(1, "Pažymėtas 1 užsakymas."), (2, "Pažymėti 2 užsakymai."), (10, "Pažymėta 10 užsakymų."), (21, "Pažymėtas 21")],
)
def test_three_plural_forms(count: int, wanted: str) -> None:
    message = SHOP.plural("One order noted.", "%(count)s orders noted.", count)
    assert lithuanian()(message).startswith(wanted)


def test_untranslated_text_is_english_and_values_are_put_in() -> None:
    assert lithuanian()(SHOP("No such %(thing)s", thing="page")) == "No such page"
    assert lithuanian()(SHOP("Choose %(name)s", name="Ona")) == "Pasirinkti Ona"


def test_pseudo_language_marks_every_text() -> None:
    translate = make_translator(PSEUDO, {})
    assert translate(text("Saved.")) == "⟦Saved.⟧"
    assert translate(SHOP.plural("One", "%(count)s", 3)) == "⟦3⟧"


def test_missing_and_fuzzy_entries_are_left_out(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "none.po").simple == {}
    broken = tmp_path / "core.po"
    broken.write_text('#, fuzzy\nmsgid "A"\nmsgstr "B"\n\nmsgid "C"\nmsgstr ""\n', "utf-8")
    assert read_catalogue(broken).simple == {}


def test_languages_of_the_core_translate_everything_the_web_layer_says() -> None:
    assert set(LANGUAGES) == {"en", "lt", "et", "uk", "ru"}


@pytest.mark.parametrize("language", [*STYLES])
@pytest.mark.parametrize("number", [0, 7, 1234, 12345.5, 1234567.25, -12.5, Decimal("1234567.891")])
def test_numbers_are_written_as_unicode_says(language: str, number: Any) -> None:
    # Babel leaves the minus of its patterns as it is; Unicode has a real minus sign for Lithuanian and Estonian.
    wanted = format_decimal(number, locale=language, decimal_quantization=False).replace("-", STYLES[language].minus)
    assert Formats(language, "UTC").number(number) == wanted


@pytest.mark.parametrize("language", STYLES)
def test_shares_are_written_as_unicode_says(language: str) -> None:
    assert Formats(language, "UTC").percent(25) == format_percent(0.25, locale=language)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "3\xa0May\xa02026"),
        ("lt", "2026-05-03"),
        ("et", "03.05.2026"),
        ("uk", "03.05.2026"),
        ("ru", "03.05.2026"),
    ],
)
def test_dates_are_short_and_cannot_be_misread(language: str, wanted: str) -> None:
    assert Formats(language, "UTC").date(date(2026, 5, 3)) == wanted


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "May 2026"),
        ("lt", "2026-05"),
        ("et", "mai 2026"),
        ("uk", "трав. 2026\u202fр."),
        ("ru", "май 2026\u202fг."),
    ],
)
def test_months_are_written_as_unicode_says(language: str, wanted: str) -> None:
    assert Formats(language, "UTC").month(date(2026, 5, 3)) == wanted


@pytest.mark.parametrize(("language", "wanted"), [("en", "-6600.50"), ("lt", "-6600,50"), ("ru", "-6600,50")])
def test_numbers_in_forms_have_the_readers_decimal_sign_and_no_spaces(language: str, wanted: str) -> None:
    formats = Formats(language, "UTC")
    assert formats.typed(Decimal("-6600.5"), 2) == wanted
    assert formats.typed(Decimal("0.125")) == f"0{wanted[-3]}125"


def test_moments_are_shown_on_the_readers_clock() -> None:
    moment = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    assert Formats("lt", "Europe/Vilnius").moment(moment) == "2026-03-29\xa000:30"
    assert Formats("lt", "America/New_York").moment(moment) == "2026-03-28\xa018:30"
    assert Formats("lt", "UTC").time(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("back", "wanted"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=3), "today 09:00"),
        (timedelta(days=1), "yesterday 12:00"),
        (timedelta(days=-1), "tomorrow 12:00"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=-3), "in 3 days"),
        (timedelta(days=30), "23\xa0Oct\xa02026"),
    ],
)
def test_near_moments_are_told_by_their_distance(back: timedelta, wanted: str) -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert Formats("en", "UTC").relative(now - back, now) == wanted


def test_reader_gets_the_own_language(world: Any, surfer: Any) -> None:
    world.person.language = "lt"
    page = surfer.get("/shop/open").text
    assert "Atviras puslapis" in page
    assert "Skaityti toliau" in page
    assert 'lang="lt"' in page


@pytest.mark.parametrize(
    ("accepted", "company", "wanted"), [("lt,en;q=0.5", "en", "lt"), ("fr", "lt", "lt"), ("de", "xx-nonsense", "en")]
)
def test_stranger_gets_the_browsers_language_or_the_companys(
    world: Any, surfer: Any, accepted: str, company: str, wanted: str
) -> None:
    world.person = None
    world.config.language = company
    assert f'lang="{wanted}"' in surfer.get("/shop/open", headers={"Accept-Language": accepted}).text


def test_stranger_chooses_a_language_that_is_remembered(world: Any, surfer: Any) -> None:
    world.person = None
    assert 'lang="lt"' in surfer.get("/shop/open?language=lt").text
    assert 'lang="lt"' in surfer.get("/shop/open").text
    assert 'lang="lt"' in surfer.get("/shop/open?language=klingon").text


def test_text_of_the_shell_is_not_taken_from_a_module(world: Any, surfer: Any) -> None:
    world.person.language = "lt"
    page = surfer.get("/shop/new").text
    assert "Išsaugoti parduotuvėje" not in page, "the button Save belongs to the core"
    assert "Išsaugoti parduotuvėje" in surfer.get("/shop/1").text, "the panel's Save belongs to the shop"


def test_message_survives_a_wrong_translation() -> None:
    assert lithuanian()(Message("Broken %(a)s", {"b": 1}, "shop")) == "Broken %(a)s"
