"""VAT numbers: of the European Union by the rules of each country, of Ukraine by its own."""

from __future__ import annotations

from kartoteka.vocabulary.identifiers.checked import Checked, accepted, compact_code, unusual
from kartoteka.vocabulary.identifiers.rules import CodeRule, check_digits, passes
from kartoteka.vocabulary.message import text as _

# fmt: off
EU_PREFIXES = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
))
# fmt: on
"""The two letters before a VAT number; Greece writes EL, Northern Ireland XI (Council Directive 2020/1756)."""

_SCHEME_PREFIXES = frozenset({"EU", "IM"})
"""One-stop shop numbers: sellers from outside the Union and intermediaries of imports."""

_PREFIXES = EU_PREFIXES | _SCHEME_PREFIXES
_PREFIX_OF_COUNTRY = {"GR": "EL"}


def vat_code(text: str | None, country: str | None) -> Checked:
    """Check a VAT number; ``country`` (ISO 3166 alpha-2) is that of a number written without its two letters.

    The value of an EU number begins with the letters ("LT100001234511"), since a company may be registered for VAT
    abroad; a Ukrainian one is digits; numbers of other countries are kept.
    """
    code = compact_code(text)
    if code.value is None:
        return code
    country = (country or "").upper()
    if country == "UA" and not _is_european(code.value):
        return check_digits(Checked(code.typed, code.value.removeprefix("UA")), _UKRAINIAN)
    if _is_european(code.value):
        return _check_european(code.typed, code.value)
    prefix = _PREFIX_OF_COUNTRY.get(country, country)
    if prefix in EU_PREFIXES:
        return _check_european(code.typed, prefix + code.value.removeprefix(country))
    return code


def _is_european(value: str) -> bool:
    return value[:2] in _PREFIXES and any(character.isdigit() for character in value[2:])


def _check_european(typed: str, value: str) -> Checked:
    """Check with python-stdnum (``lt.pvm``, ``ee.kmkr``, ``lv.pvn``, ``pl.nip``, ...) chosen by the two letters."""
    from stdnum.eu import vat
    from stdnum.exceptions import InvalidFormat, ValidationError

    try:
        return accepted(typed, vat.validate(value))
    except InvalidFormat:
        sentence = _(
            "VAT codes that begin with %(prefix)s look different. Check for missing or extra characters.",
            prefix=value[:2],
        )
    except ValidationError:
        sentence = _(
            "A VAT code beginning with %(prefix)s: a digit may be wrong here. Compare it with an invoice.",
            prefix=value[:2],
        )
    return unusual(typed, value, sentence)


def _fits_ukrainian(code: str) -> bool:
    """A company's number has 12 digits without a published check; an entrepreneur's is the 10 digits of a person."""
    from stdnum.ua import rntrc

    return len(code) == 12 or passes(rntrc.validate, code)


_UKRAINIAN = CodeRule(_("A Ukrainian VAT code (IPN)"), (12, 10), _fits_ukrainian)
