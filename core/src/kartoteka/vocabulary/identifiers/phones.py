"""Telephone numbers: kept as typed, compared by E.164, shown as people write them at home."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kartoteka.vocabulary.identifiers.checked import Judged, Severity
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, fold, no_value

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as _Parsed

PHONE_LENGTH = 100

_NUMBER = re.compile(r"\+?[0-9(][0-9()\s.\-/]*")
_PLAIN = re.compile(r"\+[0-9]+")
"""A number as machines write it: there is nothing to take out of it."""
_EXTENSION = re.compile(r"(?:ext\.?|extension|vid\.?|dob\.?|доб\.?|вн\.?|#|x)\s*[0-9]{1,6}\s*$")


@dataclass(frozen=True)
class PhoneNumber(Judged):
    """A telephone number that was looked at.

    ``e164`` is "+37061234567", or None when it cannot be told; ``significant`` the digits within the country;
    ``region`` the country for which it was read.
    """

    typed: str
    e164: str | None = None
    problem: Message | None = None
    severity: Severity | None = None
    significant: str = ""
    region: str | None = None
    parsed: _Parsed | None = field(default=None, repr=False, compare=False)

    @property
    def national(self) -> str:
        """How to show it: in the national form at home and the international one for numbers abroad."""
        if self.parsed is None:
            return self.typed if self.problem else ""
        import phonenumbers

        at_home = phonenumbers.country_code_for_region(self.region or "") == self.parsed.country_code
        form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(self.parsed, form)

    @property
    def value(self) -> str | None:
        """The form to compare by: E.164."""
        return self.e164


def phone(text: str | None, region: str | None) -> PhoneNumber:
    """Read a telephone number; ``region`` (ISO 3166 alpha-2) is the country of numbers written without "+".

    Of several numbers, separated by a comma or semicolon, the first counts. What can be dialled but is unusual, or
    cannot be told, is a warning; text without a digit and text of over 100 characters are errors.
    """
    typed = clean_line(text)
    if len(typed) > PHONE_LENGTH:
        return _refused(typed, _("This is too long for a phone number. Keep one number here."))
    if no_value(typed):
        return PhoneNumber(typed)
    return _read(typed, (region or "").upper() or None)


@lru_cache(maxsize=4096)
def _read(typed: str, region: str | None) -> PhoneNumber:
    if _PLAIN.fullmatch(typed):
        return _judged(typed, typed, region)
    parts = [part for part in re.split(r"[,;]", fold(typed)) if re.search(r"[0-9]", part)]
    if not parts:
        return _refused(typed, _("A phone number has digits. Type the number, or leave the field empty."))
    found = _judged(typed, parts[0], region)
    if len(parts) > 1 and found.problem is None:
        return _with_problem(found, _("There are several numbers here; only the first can be dialled."))
    return found


def _judged(typed: str, part: str, region: str | None) -> PhoneNumber:
    number = _parsed(_diallable(part), region)
    return _unusual(typed, _hint(part)) if number is None else _described(typed, number, region)


def _diallable(part: str) -> str:
    """Take the number out of "mob. 8 612 34567 (Jonas)"; a number kept with "00" for abroad gets its plus."""
    if _PLAIN.fullmatch(part):
        return part
    extension = _EXTENSION.search(part)
    found = max(_NUMBER.findall(part[: extension.start()] if extension else part), key=_count_digits, default="")
    return re.sub(r"^\(?00", "+", found.strip())


def _count_digits(text: str) -> int:
    return len(re.findall(r"[0-9]", text))


def _parsed(number: str, region: str | None) -> _Parsed | None:
    import phonenumbers  # 40 ms and much memory: only where a number is really read

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def _described(typed: str, number: _Parsed, region: str | None) -> PhoneNumber:
    import phonenumbers

    significant = phonenumbers.national_significant_number(number)
    # E.164 is just this; asking the library for it takes as long as reading the number does.
    e164 = f"+{number.country_code}{significant}"
    found = PhoneNumber(typed, e164, significant=significant, region=region, parsed=number)
    if phonenumbers.is_valid_number(number):
        return found
    return _with_problem(found, _("No such numbers are known in that country. Check the digits."))


def _hint(part: str) -> Message:
    if _count_digits(part) < 7:
        return _("This is short for a phone number. Check for missing digits.")
    if "+" in part or part.strip().startswith("00"):
        return _("This cannot be a phone number. Check the digits after the plus.")
    return _("This cannot be a phone number here. Check the digits, or begin with + and the country's number.")


def _with_problem(found: PhoneNumber, problem: Message) -> PhoneNumber:
    return replace(found, problem=problem, severity="warning")


def _unusual(typed: str, problem: Message) -> PhoneNumber:
    return PhoneNumber(typed, None, problem, "warning")


def _refused(typed: str, problem: Message) -> PhoneNumber:
    return PhoneNumber(typed, None, problem, "error")
