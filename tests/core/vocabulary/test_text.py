from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.vocabulary.text import clean_block, clean_line, fold, no_value, sort_key


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("UAB „Žuvėdra“", 'uab "zuvedra"'),
        ("ŽUVĖDRA", "zuvedra"),
        ("Z\u030cuve\u0307dra", "zuvedra"),
        ("Ąžuolas Čiurlionis Įšųū", "azuolas ciurlionis isuu"),
        ("Õunapuu Äriühing OÜ", "ounapuu ariuhing ou"),
        ("Šķēde Ģirts Ļ", "skede girts l"),
        ("Łódź Żółć", "lodz zolc"),
        ("Ёлкин Пётр", "елкин петр"),
        ("Київ, Ґалаґан Й", "киів, галаган и".replace("й", "и")),
        ("Лук’яненко д`Арк ʼ", "лук'яненко д'арк '"),
        ("Straße GROẞ", "strasse gross"),
        ("Øresund Đorđe ıslak İzmir Æsir Þór", "oresund dorde islak izmir aesir thor"),
        ("№ 5 ＦＵＬＬ ½", "no 5 full 1/2"),
        ("a–b—c‑d", "a-b-c-d"),
        ("  two \t\r\n words\u00a0here\u2003 ", "two words here"),
        ("nul\x00 bell\x07 zero\u200bwidth soft\u00adhyphen", "nul bell zerowidth softhyphen"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud800 of a character", "half of a character"),
        ("", ""),
        ("\u0301", ""),
    ],
)
def test_fold(value, folded):
    assert fold(value) == folded.replace("ї", "і")


@given(st.text(st.characters(), max_size=60))
def test_folding_twice_changes_nothing(value):
    folded = fold(value)
    assert fold(folded) == folded
    folded.encode("utf-8")  # raises for halves of characters
    assert folded == " ".join(folded.split())
    assert not any(unicodedata.category(character) in {"Mn", "Me", "Cc", "Cf", "Cs"} for character in folded)


@given(st.text(max_size=40))
def test_spelling_of_accents_does_not_matter(value):
    forms = {fold(unicodedata.normalize(form, value)) for form in ("NFC", "NFD")}
    assert forms == {fold(value)}


@given(st.text(max_size=20), st.text(max_size=20))
def test_folding_goes_word_by_word(left, right):
    assert fold(f"{left} {right}") == f"{fold(left)} {fold(right)}".strip()


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("„Žuvėdra“, UAB", "zuvedra , uab"),
        ('"Zuvedra", UAB', "zuvedra , uab"),
        ("  (A) Ačiū", "a) aciu"),
        ("--- Šarūnas", "sarunas"),
        ("'t Hart", "t hart"),
        ("5 + 5", "5 + 5"),
        ("„“", '""'),
        ("***", "***"),
        ("\u0301", "~"),
        ("", ""),
    ],
)
def test_sort_key(value, key):
    assert sort_key(value) == key


def test_sort_order_of_names():
    names = ["Žilvinas", "„Ąžuolas“", "Zita", "ąsa", "Šarka", "Sara", "Яна", "1 kvartalas"]
    assert sorted(names, key=sort_key) == [
        *("1 kvartalas", "ąsa", "„Ąžuolas“", "Sara", "Šarka", "Žilvinas", "Zita", "Яна")
    ]


@given(st.text(st.characters(), min_size=1, max_size=300))
def test_sort_key_is_never_empty_and_never_long(value):
    assert 1 <= len(sort_key(value)) <= 200


@pytest.mark.parametrize(
    ("typed", "line", "block"),
    [
        ("  Jonas   Jonaitis ", "Jonas Jonaitis", "Jonas   Jonaitis"),
        ("a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"),
        ("a  \n\n\n  b\n", "a b", "a\n\n\n  b"),
        ("e\u0301", "é", "é"),
        ("a\x00b\x1fc\x7fd\x9fe", "abcde", "abcde"),
        ("\ufeffBOM and\u200b zero\u00ad", "BOM and zero", "BOM and zero"),
        ("\u202a+370 612\u202c\u200e", "+370 612", "+370 612"),
        ("\u202eevil\u2066", "evil", "evil"),
        ("one\u2028two\u0085three\vfour", "one two three four", "one\ntwo\nthree\nfour"),
        ("no\u00a0break", "no break", "no\u00a0break"),
        ("tab\there", "tab here", "tab\there"),
        ("lone \udc80 half", "lone half", "lone  half"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
        (None, "", ""),
        ("\x00", "", ""),
    ],
)
def test_cleaning(typed, line, block):
    assert clean_line(typed) == line
    assert clean_block(typed) == block


@given(st.text(st.characters(), max_size=60))
def test_cleaned_text_is_storable_and_stays_the_same(typed):
    line, block = clean_line(typed), clean_block(typed)
    assert clean_line(line) == line
    assert clean_block(block) == block
    assert "\n" not in line
    assert not set(line + block) & set("\x00\r\u202e\u2066\ufeff")
    (line + block).encode("utf-8")  # raises for halves of characters


@pytest.mark.parametrize(
    "text",
    [
        *("0", "00000", "0-0", "-", "--", "—", ".", "?", "none", "None.", "NONE", "n/a", "N/A", "n. a.", "null"),
        *("nėra", "Nera", "puudub", "ei ole", "nav", "brak", "нет", "НЕТ", "немає", "відсутній", "н/д", "xxx", "", " "),
        None,
    ],
)
def test_no_value(text):
    assert no_value(text)


@pytest.mark.parametrize("text", ["1", "304567890", "LT0", "Neta", "noné1", "-5", "x1", "Nona", "00700"])
def test_a_value(text):
    assert not no_value(text)
