"""Codes of companies in the registers of their countries."""

from __future__ import annotations

from operator import mul

from kartoteka.vocabulary.identifiers.checked import Checked, compact_code, unusual
from kartoteka.vocabulary.identifiers.rules import CodeRule, check_digits, passes
from kartoteka.vocabulary.message import text as _

_OLD_LITHUANIAN = 7
_PERSONAL = 11
_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8)
_OTHER_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 1)


def company_code(text: str | None, country: str | None) -> Checked:
    """Check a registration code; ``country`` is ISO 3166 alpha-2, and codes of countries not known here are kept.

    The value is digits (elsewhere capitals and digits) without spaces, so that two spellings compare as one.
    """
    code = compact_code(text)
    country = (country or "").upper()
    rule = _RULES.get(country)
    if code.value is None or rule is None:
        return code
    code = _without_country(code, country)
    hint = _personal_code_hint(code, country) or _old_code_hint(code, country)
    return hint or check_digits(code, rule)


def lithuanian_company_code_fits(code: str) -> bool:
    """Check the ninth digit of a Lithuanian company code: weights 1 to 8 modulo 11, then 3 to 9 and 1."""
    digits = list(map(int, code))
    check: int = sum(map(mul, _WEIGHTS, digits)) % 11
    if check == 10:
        check = sum(map(mul, _OTHER_WEIGHTS, digits)) % 11 % 10
    return check == digits[8]


def _without_country(code: Checked, country: str) -> Checked:
    value = code.value or ""
    if value.startswith(country) and value[2:].isdigit():
        return Checked(code.typed, value[2:])
    return code


def _personal_code_hint(code: Checked, country: str) -> Checked | None:
    """Point out a person's code among companies: it belongs into a field that not everybody reads."""
    value = code.value or ""
    if len(value) != _PERSONAL or not value.isdigit():
        return None
    from stdnum.ee import ik
    from stdnum.lv import pvn

    is_personal = country in {"LT", "EE"} and passes(ik.validate, value)
    is_personal = is_personal or (country == "LV" and value[0] < "4" and passes(pvn.validate, value))
    if not is_personal:
        return None
    return unusual(code.typed, value, _("This looks like a personal code. Move it to the field for personal codes."))


def _old_code_hint(code: Checked, country: str) -> Checked | None:
    value = code.value or ""
    if country != "LT" or len(value) != _OLD_LITHUANIAN or not value.isdigit():
        return None
    return unusual(
        code.typed, value, _("Lithuanian company codes of 7 digits are from before 2004. Look up the code of 9 digits.")
    )


def _fits_estonian(code: str) -> bool:
    from stdnum.ee import registrikood

    return passes(registrikood.validate, code)


def _fits_latvian(code: str) -> bool:
    from stdnum.lv import pvn

    return code[0] > "3" and passes(pvn.validate, code)


def _fits_ukrainian(code: str) -> bool:
    """A company has 8 digits (EDRPOU); an entrepreneur is registered by the 10 digits of a person (RNTRC)."""
    from stdnum.ua import edrpou, rntrc

    return passes(edrpou.validate if len(code) == 8 else rntrc.validate, code)


_RULES = {
    "LT": CodeRule(_("A Lithuanian company code"), (9,), lithuanian_company_code_fits),
    "LV": CodeRule(_("A Latvian registration number"), (11,), _fits_latvian),
    "EE": CodeRule(_("An Estonian registry code"), (8,), _fits_estonian),
    "UA": CodeRule(_("A Ukrainian company code (EDRPOU)"), (8, 10), _fits_ukrainian),
}
