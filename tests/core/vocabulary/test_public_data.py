"""The checks against data that others published, and the same properties on generated data for when it is absent."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.ee import ik
from stdnum.ua import edrpou

from kartoteka.vocabulary.identifiers import bank_account, company_code, email_address, personal_code, phone, vat_code
from kartoteka.vocabulary.search import matches, parse_query, search_digits

DATA = "data/07_names_codes_phones"
STDNUM = f"{DATA}/arthurdejong__python-stdnum/tests"


def listed(path: Path, block: int = 0) -> list[str]:
    """Return the numbers of one list (a many-line literal) in a doctest."""
    literals = re.findall(r"numbers = (?:'''|\"\"\")\n(.*?)\n\.\.\. (?:'''|\"\"\")", path.read_text("utf-8"), re.DOTALL)
    return [line[3:].strip() for line in literals[block].splitlines() if line[3:].strip()]


@pytest.mark.parametrize(
    ("name", "check", "country", "least"),
    [
        ("lt_asmens", personal_code, "LT", 4),
        ("ee_ik", personal_code, "EE", 40),
        ("ee_registrikood", company_code, "EE", 90),
        ("ua_edrpou", company_code, "UA", 250),
        ("ua_rntrc", personal_code, "UA", 90),
        ("ua_rntrc", company_code, "UA", 90),
    ],
)
def test_published_codes_are_fine(shared, name, check, country, least):
    codes = listed(shared(f"{STDNUM}/test_{name}.doctest"))
    assert len(codes) >= least
    assert [code for code in codes if check(code, country).problem] == []


def test_published_vat_codes_are_fine(shared):
    codes = listed(shared(f"{STDNUM}/test_eu_vat.doctest"))
    assert len(codes) > 600
    assert [code for code in codes if vat_code(code, "LT").problem] == []


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_published_wrong_vat_codes_are_unusual(shared, block):
    codes = listed(shared(f"{STDNUM}/test_eu_vat.doctest"), block)
    # We read a comma between digits as a slip of the finger, like a dot.
    assert [code for code in codes if "," not in code and not vat_code(code, "LT").is_unusual] == []


def test_published_ibans_are_fine(shared):
    accounts = listed(shared(f"{STDNUM}/test_iban.doctest"))
    assert len(accounts) > 150
    assert [account for account in accounts if bank_account(account).problem] == []


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_published_wrong_ibans_are_unusual(shared, block):
    accounts = listed(shared(f"{STDNUM}/test_iban.doctest"), block)
    assert [account for account in accounts if not bank_account(account).is_unusual] == []


digits = st.from_regex(r"[1-9][0-9]{15}", fullmatch=True)


@given(digits)
def test_generated_codes_are_fine_and_a_wrong_last_digit_is_unusual(number):
    estonian = "1" + number[:6]
    ukrainian = number[:7]
    person = "3850101" + number[:3]
    for check, code in [
        (lambda code: company_code(code, "EE"), estonian + ik.calc_check_digit(estonian + "0")),
        (lambda code: company_code(code, "UA"), ukrainian + edrpou.calc_check_digit(ukrainian)),
        (lambda code: personal_code(code, "LT"), person + ik.calc_check_digit(person + "0")),
        (lambda code: personal_code(code, "EE"), person + ik.calc_check_digit(person + "0")),
    ]:
        assert check(code).problem is None
        assert check(code[:-1] + str((int(code[-1]) + 1) % 10)).is_unusual


@given(digits)
def test_generated_ibans_are_fine_and_swapped_digits_are_unusual(number):
    account = "LT" + iban.calc_check_digits("LT00" + number) + number
    assert bank_account(account).problem is None
    swapped = account[:10] + account[11] + account[10] + account[12:]
    assert (bank_account(swapped).problem is None) == (swapped == account)


def mail_cases(path: Path) -> list[tuple[str, str]]:
    """Return (address, category); the file writes control characters by their pictures."""
    pictures = {0x2400 + code: code for code in range(0x21)}
    cases = ElementTree.parse(path).iter("test")
    return [((case.findtext("address") or "").translate(pictures), case.findtext("category") or "") for case in cases]


def test_published_mail_addresses(shared):
    """Space around an address and the dot after a host are typing slips that are mended, not faults."""
    cases = mail_cases(shared(f"{DATA}/dominicsayers__isemail/test/tests.xml"))
    assert len(cases) == 164
    usable = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}
    refused = [address for address, category in cases if category in usable and not email_address(address).value]
    taken = [
        address
        for address, category in cases
        if category == "ISEMAIL_ERR" and address.strip() == address.rstrip(".") and email_address(address).value
    ]
    assert (refused, taken) == ([], [])


def test_published_lists_of_mail_addresses(shared):
    folder = shared(f"{DATA}/fuzzdb-project__fuzzdb/attack/email")
    valid = (folder / "valid-email-addresses.txt").read_text("utf-8").splitlines()
    plain = [line for line in valid if line and not re.search(r'["\\\[]|@[0-9.]+$', line)]
    assert len(plain) >= 14
    assert [line for line in plain if not email_address(line).value] == []
    invalid = (folder / "invalid-email-addresses.txt").read_text("utf-8").splitlines()
    mended = {"email@addrese.com", "email@example.com", "notallowed@example.com", "sql'or'1'='1'or'test@email.com"}
    mended |= {"うえあいお@address.com", "abc..123@address.com"}
    assert {value for line in invalid if (value := email_address(line).value)} <= mended


@given(st.from_regex(r"[a-z0-9]+([.+_-][a-z0-9]+){0,3}@[a-z0-9]+(-[a-z0-9]+)?\.(lt|com|co\.uk)", fullmatch=True))
def test_generated_mail_addresses(address):
    fits = len(address.partition("@")[0]) <= 64 and len(address) <= 254
    if fits and max(map(len, address.partition("@")[2].split("."))) <= 63:
        assert email_address(address).value == address
    assert email_address(address.replace("@", "")).is_error
    assert email_address(address.replace("@", ".@")).is_error


LENGTHS = {"370": 8, "371": 8, "372": 8, "380": 9}
REGIONS = {"370": "LT", "371": "LV", "372": "EE", "380": "UA"}


@pytest.mark.parametrize("country", LENGTHS)
def test_published_mobile_ranges(shared, country):
    path = shared(f"{DATA}/daviddrysdale__python-phonenumbers/resources/carrier/en/{country}.txt")
    prefixes = re.findall(rf"^{country}([0-9]+)\|", path.read_text("utf-8"), re.MULTILINE)
    assert len(prefixes) > 15
    for prefix in prefixes:
        check_all_spellings(country, prefix.ljust(LENGTHS[country], "7"))


@given(st.sampled_from([("370", "6"), ("371", "2"), ("372", "5"), ("380", "67")]), digits)
def test_generated_mobile_numbers(beginning, number):
    country, prefix = beginning
    check_all_spellings(country, (prefix + number)[: LENGTHS[country]])


def check_all_spellings(country: str, national: str) -> None:
    region, e164 = REGIONS[country], f"+{country}{national}"
    stored = search_digits([e164], region)
    trunk = {"370": ["8", "0", "8-"], "380": ["0", "8 0"]}.get(country, [])
    spellings = [e164, f"00{country}{national}", f"+{country} {national[:3]}-{national[3:]}", national]
    for spelling in [*spellings, *(prefix + national for prefix in trunk)]:
        assert matches("", stored, parse_query(spelling)), spelling
        if not spelling.startswith("8 0"):
            assert phone(spelling, region).e164 == e164, spelling
