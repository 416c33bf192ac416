from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kartoteka.vocabulary.search import (
    SearchTerm,
    matches,
    parse_query,
    search_digits,
    search_document,
    with_numbers,
)
from kartoteka.vocabulary.text import fold


def finds(query: str, *values: str, phones: tuple[str, ...] = ()) -> bool:
    document = search_document(values)
    return matches(document, with_numbers(search_digits(phones, "LT"), document), parse_query(query))


def test_document_has_two_spaces_before_each_word():
    assert search_document(["UAB Žuvėdra"]) == "  uab  zuvedra "


def test_document_holds_each_word_once_and_the_parts_of_words_with_signs():
    document = search_document(["UAB „Žuvėdra“", None, "", "info@zuvedra.lt", "uab"])
    assert document == '  uab  "zuvedra"  zuvedra  info@zuvedra.lt  info  lt '


@pytest.mark.parametrize("values", [[], [None], ["", "  "], ["\x00\u0301"]])
def test_document_without_words_is_empty(values):
    assert search_document(values) == ""


def test_document_is_bounded():
    document = search_document(["x" * 5_000, " ".join(f"w{number}" for number in range(5_000))])
    assert len(document) <= 4_000
    assert document.startswith("  " + "x" * 200 + "  w0  w1 ")
    assert len(search_digits([f"{number:09}" for number in range(1_000)], None)) <= 2_000


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(("", True), ("   ", True), ("žuvėdra", True), ("ZUVEDRA", True), ("uvedr", True), ("uab zuv", True)),
        *(("zuv uab", True), ("zuvedra vilnius", False), ("u", True), ("uv", False), ("zu", True), ("ra", False)),
        *(("z", True), ("v", False), ("100%", True), ("%", False), ("___", False), ("uv_dra", False), ("*", False)),
        *(("a*b", True), ('"uab', False), ("'uab'", False), ("c_d", True), ("“c", True), ("0%", False), ("00%", True)),
        *(("\\", False), ("o'neil", True), ("o’neil", True), ("neil", True), ("zuvedra\x00", True)),
    ],
)
def test_words(query, found):
    assert finds(query, "UAB „Žuvėdra“ 100% a*b c_d „c O'Neil") is found


SPELLINGS = [
    *("+370 612 34 567", "8 612 34567", "(8-612) 34567", "861234567", "0037061234567", "61234567", "0 612 34567"),
    *("0612 34 567", "(0-612) 34567", "370 612 34567", "+370 (0) 612 34567", "+370-612-34567", "612.34.567", "12345"),
    *("+370(612)34567", "00 370 612 34567", "+３70612 34567", "8‑612‑34567", "612 34"),
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_every_spelling_of_a_phone_finds_it(query):
    digits = search_digits(["+37061234567"], "LT")
    (term,) = parse_query(query)
    assert term.digits is not None
    assert term.digits in digits
    assert not matches("", search_digits(["+37069876543", "304567890"], "LT"), [term])


@pytest.mark.parametrize("stored", [s for s in SPELLINGS if sum(c.isdigit() for c in s) >= 8])
def test_every_spelling_is_found_by_its_number(stored):
    assert matches("", search_digits([stored], "LT"), parse_query("+370 612 34567"))


@pytest.mark.parametrize(
    ("stored", "region", "query"),
    [
        ("+380 44 234 5678", "UA", "8 (044) 234-56-78"),
        ("044 234 56 78", "UA", "+380442345678"),
        ("+372 5123 4567", "EE", "51234567"),
        ("5123 4567", "EE", "+372 51234567"),
        ("+371 29 123 456", "LV", "0037129123456"),
        ("8 5 212 3456; 8 612 34567", "LT", "+37061234567"),
        ("mob. 8 612 34567 (Jonas)", "LT", "612 34567"),
        ("LT 304567890", "LT", "304567890"),
        ("00032129", "UA", "00032129"),
        ("812345678", None, "812345678"),
        ("LT12 1000 0111 0100 1000", "LT", "1000 0111 0100 1000"),
    ],
)
def test_phones_and_codes_are_found(stored, region, query):
    assert matches("", search_digits([stored], region), parse_query(query))


def test_digits_hold_e164_the_national_number_and_codes():
    assert search_digits(["+37061234567", None, "LT123", "abc", "1"], "LT") == "  37061234567  61234567  123  1 "
    assert search_digits([], "LT") == ""


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("u", (SearchTerm(("  u",)),)),
        ("zu uab", (SearchTerm((" zu",)), SearchTerm(("uab",)))),
        ("12 34", (SearchTerm((" 12",)), SearchTerm((" 34",)))),
        ("8 612 34567", (SearchTerm(("  8", "612", "34567"), "61234567"),)),
        ("Jonas 8 612 34567", (SearchTerm(("jonas",)), SearchTerm(("  8", "612", "34567"), "61234567"))),
        (
            "37061234567 304567890",
            (SearchTerm(("37061234567",), "37061234567"), SearchTerm(("304567890",), "304567890")),
        ),
        ("1234 +37061234567", (SearchTerm(("1234",)), SearchTerm(("+37061234567",), "37061234567"))),
        ("uab uab", (SearchTerm(("uab",)),)),
        ("a1234567", (SearchTerm(("a1234567",)),)),
    ],
)
def test_query(query, terms):
    assert parse_query(query) == terms


def test_numbers_that_are_no_phones_still_match_as_text():
    assert finds("12-3 01103", "Gedimino pr. 12-3, 01103 Vilnius")
    assert finds("2026-05-12", "sutartis 2026-05-12")
    assert not finds("12-3 01104", "Gedimino pr. 12-3, 01103 Vilnius")


@pytest.mark.parametrize(
    ("digits", "document", "joined"),
    [
        ("", "  lt-43871  lt  43871  kaunas ", "  43871 "),
        ("  300005439 ", "  lt300005439  00543 ", "  300005439 "),
        ("  37061060315 ", "  nr.4455667/12345 ", "  37061060315  4455667  12345 "),
        ("  123 ", "  1234  a12b34 ", "  123 "),
        ("", "", ""),
    ],
)
def test_long_numbers_of_the_document_stand_among_the_digits(digits, document, joined):
    assert with_numbers(digits, document) == joined


@given(st.lists(st.text("0123456789-/. ab", max_size=40), max_size=5), st.text("0123456789", min_size=5, max_size=12))
@example(["nr. 4455667"], "44556")
def test_a_number_in_a_document_is_found_among_the_digits(values, number):
    document = search_document(values)
    digits, (term,) = with_numbers("", document), parse_query(number)
    assert term.is_number
    assert number not in document or matches(document, digits, (term,))


def test_query_limits():
    assert len(parse_query(" ".join(f"word{number}" for number in range(50)))) == 8
    (term,) = parse_query("x" * 1_000)
    assert term.text_patterns == ("x" * 200,)


words = st.text(st.characters(), min_size=1, max_size=30).filter(fold)


@given(st.lists(words, min_size=1, max_size=5), st.data())
def test_a_record_is_found_by_the_beginning_of_each_of_its_words(values, data):
    document = search_document(values)
    word = data.draw(st.sampled_from(fold(data.draw(st.sampled_from(values))).split()))
    beginning = word[: data.draw(st.integers(1, len(word)))]
    assert matches(document, "", parse_query(beginning))


@given(words, st.data())
@example("a" * 30, None)
def test_a_record_is_found_by_three_characters_from_anywhere(value, data):
    word = max(fold(value).split(), key=len)
    assume(len(word) >= 3)
    start = data.draw(st.integers(0, len(word) - 3)) if data else 5
    assert matches(search_document([value]), "", parse_query(word[start : start + 3]))


@given(st.text(st.characters(), max_size=250))
def test_any_query_is_read(query):
    terms = parse_query(query)
    assert len(terms) <= 8
    for term in terms:
        assert term.text_patterns
        assert all(len(pattern) >= 3 and pattern.encode("utf-8") for pattern in term.text_patterns)
        assert term.digits is None or (term.digits.isascii() and term.digits.isdigit() and len(term.digits) >= 5)


@given(
    st.lists(st.sampled_from(["+", "(", ")", "-", ".", "/", " ", "0", "8", "37", "061", "2345"]), max_size=12).map(
        "".join
    )
)
def test_phone_like_queries_are_read(query):
    assert all(len(term.digits or "12345") >= 5 for term in parse_query(query))


@given(
    st.from_regex(r"6[0-9]{7}", fullmatch=True), st.sampled_from(["+370", "+370 ", "8", "8 ", "0", "00370", "", "8-"])
)
def test_any_mobile_number_is_found_however_it_begins(number, prefix):
    stored = search_digits([f"+370{number}"], "LT")
    assert matches("", stored, parse_query(prefix + number))
    assert matches("", search_digits([prefix + number], "LT"), parse_query(f"+370{number}"))
