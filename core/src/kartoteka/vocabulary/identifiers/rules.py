"""What the codes of one country look like, and the sentences about codes that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kartoteka.vocabulary.identifiers.checked import Checked, accepted, unusual
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class CodeRule:
    """The shape of one kind of code.

    ``title`` begins the sentences ("A Lithuanian company code"); ``lengths`` are numbers of digits, the usual one
    first; ``fits`` says whether the check digit (and what else the code tells) is right.
    """

    title: Message
    lengths: tuple[int, ...]
    fits: Callable[[str], bool]


def check_digits(code: Checked, rule: CodeRule) -> Checked:
    """Look at a compacted code of digits; whatever is odd about it is a warning, since real data is imperfect."""
    value = code.value or ""
    if not (value.isascii() and value.isdigit()):
        return unusual(code.typed, value, _("%(code)s has digits only. Check the letters in it.", code=rule.title))
    if len(value) not in rule.lengths:
        return unusual(code.typed, value, _wrong_length(len(value), rule))
    if not rule.fits(value):
        problem = _("%(code)s: a digit may be wrong here. Compare it with the papers.", code=rule.title)
        return unusual(code.typed, value, problem)
    return accepted(code.typed, value)


def _wrong_length(found: int, rule: CodeRule) -> Message:
    usual = rule.lengths[0]
    if found < usual:
        sentence = _("%(code)s has %(usual)s digits; this one has %(found)s. Check for a missing digit.")
    else:
        sentence = _("%(code)s has %(usual)s digits; this one has %(found)s. Check for a digit too many.")
    return sentence.with_values(code=rule.title, usual=usual, found=found)


def passes(validate: Callable[[str], object], code: str) -> bool:
    """Say whether a validator of python-stdnum takes the code."""
    from stdnum.exceptions import ValidationError

    try:
        validate(code)
    except ValidationError:
        return False
    return True
