"""Codes of people; handle them as confidential."""

from __future__ import annotations

from kartoteka.vocabulary.identifiers.checked import Checked, compact_code
from kartoteka.vocabulary.identifiers.rules import CodeRule, check_digits, passes
from kartoteka.vocabulary.message import text as _


def personal_code(text: str | None, country: str | None) -> Checked:
    """Check a person's code; ``country`` is ISO 3166 alpha-2, and codes of countries not known here are kept."""
    code = compact_code(text)
    rule = _RULES.get((country or "").upper())
    if code.value is None or rule is None:
        return code
    return check_digits(code, rule)


def _fits_lithuanian(code: str) -> bool:
    from stdnum.lt import asmens

    return passes(asmens.validate, code)


def _fits_estonian(code: str) -> bool:
    from stdnum.ee import ik

    return passes(ik.validate, code)


def _fits_latvian(code: str) -> bool:
    from stdnum.lv import pvn

    return code[0] < "4" and passes(pvn.validate, code)


def _fits_ukrainian(code: str) -> bool:
    from stdnum.ua import rntrc

    return passes(rntrc.validate, code)


def _fits_polish(code: str) -> bool:
    from stdnum.pl import pesel

    return passes(pesel.validate, code)


_RULES = {
    "LT": CodeRule(_("A Lithuanian personal code"), (11,), _fits_lithuanian),
    "LV": CodeRule(_("A Latvian personal code"), (11,), _fits_latvian),
    "EE": CodeRule(_("An Estonian personal code"), (11,), _fits_estonian),
    "UA": CodeRule(_("A Ukrainian taxpayer's number (RNOKPP)"), (10,), _fits_ukrainian),
    "PL": CodeRule(_("A Polish personal code (PESEL)"), (11,), _fits_polish),
}
