from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.vocabulary.identifiers import bank_account, company_code, country_code, personal_code, vat_code

ALL_CHECKS = [
    *[lambda text, c=country: company_code(text, c) for country in ("LT", "LV", "EE", "UA", "PL", "DE", None)],
    *[lambda text, c=country: personal_code(text, c) for country in ("LT", "LV", "EE", "UA", "PL", "DE", None)],
    *[lambda text, c=country: vat_code(text, c) for country in ("LT", "LV", "EE", "UA", "PL", "GR", "GB", "CH", None)],
    bank_account,
]


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("121215434", "LT", "121215434"),  # Telia Lietuva
        ("121215587", "LT", "121215587"),  # Lietuvos paštas
        (" 123 033 512 ", "lt", "123033512"),  # Maxima LT
        ("LT112029651", "LT", "112029651"),  # Swedbank
        ("40003521600", "LV", "40003521600"),
        ("LV 4000-3521-600", "LV", "40003521600"),
        ("10000024", "EE", "10000024"),
        ("32855961", "UA", "32855961"),
        ("00032129", "UA", "00032129"),  # Oschadbank
        ("1759013776", "UA", "1759013776"),  # an entrepreneur
        ("HRB 12345 B", "DE", "HRB12345B"),
        ("856-734-62-15", "PL", "8567346215"),
        ("che-123.456.789", "CH", "CHE123456789"),
        ("Nr. 12/3 (a)", None, "NR123A"),
        ("ю-77", "", "Ю77"),
    ],
)
def test_company_codes(typed, country, value):
    found = company_code(typed, country)
    assert (found.value, found.problem, found.severity) == (value, None, None)


@pytest.mark.parametrize(
    ("typed", "country", "value", "words"),
    [
        ("121215435", "LT", "121215435", "digit may be wrong"),
        ("12121543", "LT", "12121543", "has 9 digits; this one has 8. Check for a missing digit"),
        ("1212154345", "LT", "1212154345", "this one has 10. Check for a digit too many"),
        ("1212154", "LT", "1212154", "from before 2004"),
        ("36805280109", "LT", "36805280109", "looks like a personal code"),
        ("33309240064", "EE", "33309240064", "looks like a personal code"),
        ("161175-19997", "LV", "16117519997", "looks like a personal code"),
        ("12345x789", "LT", "12345X789", "digits only"),
        ("40003521601", "LV", "40003521601", "A Latvian registration number"),
        ("12345679", "EE", "12345679", "An Estonian registry code"),
        ("32855968", "UA", "32855968", "A Ukrainian company code"),
        ("3285596", "UA", "3285596", "has 8 digits; this one has 7"),
        ("1759013770", "UA", "1759013770", "digit may be wrong"),
    ],
)
def test_unusual_company_codes_are_kept(typed, country, value, words):
    found = company_code(typed, country)
    assert (found.typed, found.value, found.severity) == (typed, value, "warning")
    assert words in str(found.problem)
    assert "%(" not in str(found.problem)


@pytest.mark.parametrize("check", ALL_CHECKS)
@pytest.mark.parametrize(
    "text", ["<b>304</b>", "a@b.lt", "304;DROP TABLE", "🙂1", "1" * 41, "1 " * 500, "304" + "x" * 10_000]
)
def test_nonsense_is_refused_with_a_reason(check, text):
    found = check(text)
    assert found.is_error
    assert found.value is None
    assert str(found.problem).endswith(".")


@pytest.mark.parametrize("check", ALL_CHECKS)
@pytest.mark.parametrize("text", ["", None, "-", "0", "nėra", "N/A", "немає"])
def test_no_code_is_no_problem(check, text):
    found = check(text)
    assert (found.value, found.problem, found.severity) == (None, None, None)


@given(st.sampled_from(ALL_CHECKS), st.text(st.characters(), max_size=50))
def test_any_text_gets_an_answer(check, text):
    found = check(text)
    assert (found.problem is None) == (found.severity is None)
    assert found.is_error == (found.severity == "error")
    if found.value is not None:
        assert found.value
        assert found.value == found.value.upper()
        assert not set(found.value) & set(" -./")


@given(st.sampled_from(ALL_CHECKS), st.from_regex(r"[A-Z]{0,2}[0-9]{1,13}[A-Z]?", fullmatch=True))
def test_spaces_and_dashes_do_not_matter(check, code):
    spaced = f" {code[:3]} {code[3:6]}-{code[6:]}.".lower()
    assert (check(spaced).value, check(spaced).severity) == (check(code).value, check(code).severity)


@given(st.from_regex(r"[1-3][0-9]{7}", fullmatch=True))
def test_one_ninth_digit_fits_a_lithuanian_company_code(beginning):
    fitting = [code for digit in range(10) if company_code(code := f"{beginning}{digit}", "LT").severity is None]
    assert len(fitting) == 1


@given(st.from_regex(r"[1-3][0-9]{7}", fullmatch=True), st.integers(0, 7), st.integers(1, 9))
def test_a_mistyped_digit_of_a_lithuanian_company_code_is_noticed(beginning, place, shift):
    """Codes whose first sum leaves 10 have a second sum, and then some mistakes pass: those are left out."""
    digits = [int(digit) for digit in beginning]
    wrong = list(digits)
    wrong[place] = (wrong[place] + shift) % 10
    sums = [sum(weight * digit for weight, digit in enumerate(code, 1)) % 11 for code in (digits, wrong)]
    if 10 in sums:
        return
    assert company_code("".join(map(str, wrong)) + str(sums[0]), "LT").is_unusual


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("LT119511515", "LT", "LT119511515"),
        ("119511515", "LT", "LT119511515"),
        ("LT 100001919017", "EE", "LT100001919017"),
        ("100931558", "EE", "EE100931558"),
        ("lv 4000 3521 600", None, "LV40003521600"),
        ("PL 856-734-62-15", "PL", "PL8567346215"),
        ("094259216", "GR", "EL094259216"),
        ("EL 094259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("RO 18547290", "LT", "RO18547290"),
        ("123456789012", "UA", "123456789012"),
        ("UA 1759013776", "UA", "1759013776"),
        ("DE 136695976", "UA", "DE136695976"),
        ("CHE-123.456.788 MWST", "CH", "CHE123456788MWST"),
        ("980 7806 84", "GB", "980780684"),
    ],
)
def test_vat_codes(typed, country, value):
    found = vat_code(typed, country)
    assert (found.value, found.problem) == (value, None)


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("LT119511516", "LT", "LT119511516"),
        ("LT123", "LT", "LT123"),
        ("EE100931557", None, "EE100931557"),
        ("1234567", "UA", "1234567"),
        ("1234567890", "UA", "1234567890"),
        ("none of your business", "LT", "LTNONEOFYOURBUSINESS"),
    ],
)
def test_unusual_vat_codes_are_kept(typed, country, value):
    found = vat_code(typed, country)
    assert (found.value, found.severity) == (value, "warning")
    assert "%(" not in str(found.problem)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        *[("33309240064", "LT"), ("36805280109", "LT"), ("96813280109", "LT"), ("37605030299", "EE")],
        *[("161175-19997", "LV"), ("328673-00679", "LV"), ("1759013776", "UA"), ("44051401359", "PL"), ("AB-12", "FI")],
    ],
)
def test_personal_codes(typed, country):
    found = personal_code(typed, country)
    assert (found.value, found.problem) == (typed.replace("-", ""), None)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        *[("36813280103", "LT"), ("33309240065", "LT"), ("37605030298", "EE"), ("3760503029", "EE"), ("abc", "EE")],
        *[("328673-00677", "LV"), ("40003521600", "LV"), ("1759013770", "UA"), ("44051401358", "PL")],
    ],
)
def test_unusual_personal_codes_are_kept(typed, country):
    found = personal_code(typed, country)
    assert (found.value, found.severity) == (typed.replace("-", "").upper(), "warning")


@pytest.mark.parametrize(
    "typed",
    ["LT12 1000 0111 0100 1000", "ee382200221020145685", "UA213223130000026007233566001", "LV80BANK0000435195001"],
)
def test_bank_accounts(typed):
    found = bank_account(typed)
    assert (found.value, found.problem) == (typed.replace(" ", "").upper(), None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("LT12 1000 0111 0100 1001", "A digit of this IBAN is wrong"),
        ("LT21 1000 0111 0100 1000", "A digit of this IBAN is wrong"),
        ("LT12 1000 0111 0100 10", "has 20 characters; this one has 18"),
        ("XX431234", "looks different"),
        ("26007233566001", "not an IBAN"),
    ],
)
def test_unusual_bank_accounts_are_kept(typed, words):
    found = bank_account(typed)
    assert (found.value, found.severity) == (typed.replace(" ", ""), "warning")
    assert words in str(found.problem)


def test_account_in_foreign_letters_is_refused():
    assert bank_account("LТ12 1000 0111 0100 1000").is_error  # a Cyrillic Т


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[("LT", "LT"), ("lt", "LT"), (" ltu ", "LT"), ("Lietuva", "LT"), ("LIETUVA", "LT"), ("Lithuania", "LT")],
        *[("Литва", "LT"), ("Leedu", "LT"), ("Україна", "UA"), ("украина", "UA"), ("Ukraina", "UA"), ("Eesti", "EE")],
        *[("Эстония", "EE"), ("Igaunija", "EE"), ("Läti", "LV"), ("Polska", "PL"), ("Lenkija", "PL"), ("USA", "US")],
        *[("Deutschland", "DE"), ("Vokietija", "DE"), ("UK", "GB"), ("Great Britain", "GB"), ("EL", "GR")],
        *[("", None), (None, None), ("EU", None), ("ZZ", None), ("Narnia", None), ("001", None), ("X", None)],
    ],
)
def test_country_code(text, code):
    assert country_code(text) == code
