"""Bank accounts."""

from __future__ import annotations

import re

from kartoteka.vocabulary.identifiers.checked import Checked, accepted, compact_code, refused, unusual
from kartoteka.vocabulary.message import text as _

_LENGTHS = {"LT": 20, "LV": 21, "EE": 20, "UA": 29, "PL": 28, "FI": 18, "SE": 24, "DE": 22, "GB": 22}
"""Characters of an IBAN in the countries a clerk here meets most, for a helpful sentence (ISO 13616 registry)."""


def bank_account(text: str | None) -> Checked:
    """Check an account number: an IBAN (ISO 13616) by length, structure and check digits.

    The value has no spaces. An account that is no IBAN is kept with a warning.
    """
    code = compact_code(text)
    if code.value is None:
        return code
    if not code.value.isascii():
        return refused(code.typed, _("An account number has Latin letters and digits only. Type it again."))
    if not re.match(r"[A-Z]{2}[0-9]{2}", code.value):
        return unusual(code.typed, code.value, _("This is not an IBAN. Ask for the IBAN if money is to be sent there."))
    return _check_iban(code.typed, code.value)


def _check_iban(typed: str, value: str) -> Checked:
    from stdnum import iban
    from stdnum.exceptions import InvalidChecksum, ValidationError

    usual = _LENGTHS.get(value[:2], len(value))
    if len(value) != usual:
        problem = _("An IBAN beginning with %(prefix)s has %(usual)s characters; this one has %(found)s.")
        return unusual(typed, value, problem.with_values(prefix=value[:2], usual=usual, found=len(value)))
    try:
        return accepted(typed, iban.validate(value))
    except InvalidChecksum:
        problem = _("A digit of this IBAN is wrong or two have changed places. Compare it with an invoice.")
    except ValidationError:
        problem = _("An IBAN beginning with %(prefix)s looks different. Check for missing or extra characters.")
    return unusual(typed, value, problem.with_values(prefix=value[:2]))
