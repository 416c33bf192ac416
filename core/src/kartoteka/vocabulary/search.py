"""What the search index holds, what a query means, and when the two match.

One document per record: folded words, each preceded by two spaces, so that an index of three-character
pieces also answers beginnings of words: one letter ("  u") and two letters (" uz"). The engines that answer
quickly (FTS5 trigram on SQLite, LIKE with pg_trgm on PostgreSQL) live in ``kartoteka.db``; :func:`matches`
says what their answers must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from kartoteka.vocabulary.identifiers.phones import phone
from kartoteka.vocabulary.text import fold

DOCUMENT_LENGTH = 4_000
DIGITS_LENGTH = 2_000
QUERY_LENGTH = 200
QUERY_TERMS = 8
PHONE_DIGITS = 5
"""From this many digits on, a run of digits in a query is also looked for among phones and codes."""

DIGIT_PIECE = 4
"""PostgreSQL finds digits by pieces of so many: three-character pieces like "370" and "000" are in too many numbers."""

_LONG_NUMBER = re.compile(f"[0-9]{{{PHONE_DIGITS},}}")
_TRUNK_DIGITS = 8
_WHOLE_NUMBER = 7
_PHONE_LIKE = re.compile(r"[0-9+().\-/]+")
_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class SearchTerm:
    """One condition of a query.

    ``text_patterns`` are plain substrings of the folded document (no wildcards: escape them for LIKE), all of
    which must occur; ``digits``, when present, may occur in the digits instead.
    """

    text_patterns: tuple[str, ...]
    digits: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether this is digits and nothing else: then looking among the digits finds all, see `with_numbers`."""
        return self.digits is not None and len(self.text_patterns) == 1 and self.text_patterns[0].isdecimal()


def search_document(values: Iterable[str | None], longest: int = DOCUMENT_LENGTH) -> str:
    """Return the folded words of the values, two spaces before each and one at the end; "" without words.

    Words with signs in them are followed by their parts: ``info@zuvedra.lt`` also by ``info zuvedra lt``. Each
    word comes once, is cut at 200 characters, and words that exceed ``longest`` characters in all are left out.
    """
    return _joined(chain.from_iterable(_words(value, longest) for value in values if value), longest)


def search_digits(phones_and_codes: Iterable[str | None], region: str | None) -> str:
    """Return the digits that phones and codes are found by, separated like the words of a document.

    A phone gives its E.164 digits and its national significant number; everything gives its digits as typed.
    ``region`` is the country (ISO 3166 alpha-2) of numbers written without "+".
    """
    return _joined((run for value in phones_and_codes if value for run in _digit_runs(value, region)), DIGITS_LENGTH)


def with_numbers(digits: str, document: str) -> str:
    """Return the digits of a record together with the long numbers of its document that they don't hold yet.

    So digits in a query need not be looked for in documents: those are many times longer.
    """
    runs = (run for run in dict.fromkeys(_LONG_NUMBER.findall(document)) if run not in digits)
    joined = "".join(f"  {run}" for run in runs)
    return f"{digits.removesuffix(' ')}{joined} " if joined else digits


def parse_query(query: str) -> tuple[SearchTerm, ...]:
    """Read what a person typed: words that must all match, in any order.

    One or two characters match beginnings of words, three and more match anywhere; ``% _ " *`` are ordinary
    characters. Digits as in a phone number, however written, make one term: "(8-612) 34567" finds +370 612 34567.
    Only the first 200 characters and 8 terms count; an empty query has no terms and matches everything.
    """
    terms = (_term(group) for group in _groups(fold(query[:QUERY_LENGTH]).split()))
    return tuple(dict.fromkeys(terms))[:QUERY_TERMS]


def matches(document: str, digits: str, terms: Iterable[SearchTerm]) -> bool:
    """Say whether a record is found: the meaning that the search of each database must have."""
    return all(_term_matches(document, digits, term) for term in terms)


def _term_matches(document: str, digits: str, term: SearchTerm) -> bool:
    if term.digits and term.digits in digits:
        return True
    return not term.is_number and all(pattern in document for pattern in term.text_patterns)


def _joined(words: Iterable[str], limit: int) -> str:
    found: dict[str, None] = {}
    size = 1
    for word in words:
        if word not in found and size + len(word) + 2 <= limit:
            found[word] = None
            size += len(word) + 2
    return "".join(f"  {word}" for word in found) + " " if found else ""


def _words(value: str, longest: int) -> list[str]:
    found: list[str] = []
    for word in fold(value[: 2 * longest]).split():
        found.append(word[:QUERY_LENGTH])
        if not word.isalnum():
            found += [part[:QUERY_LENGTH] for part in _PARTS.findall(word)]
    return found


def _digit_runs(value: str, region: str | None) -> Iterator[str]:
    for part in re.split(r"[,;\n]", value[:DIGITS_LENGTH]):
        number = phone(part, region) if re.search(r"[0-9]{2}", part) else None
        if number and number.e164:
            yield number.e164.lstrip("+")
            yield number.significant
        typed = _only_digits(part)
        if typed:
            yield typed


def _only_digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", fold(value))


def _groups(words: list[str]) -> list[list[str]]:
    """Put neighbouring words that look like pieces of one phone number together."""
    groups: list[list[str]] = []
    for word in words:
        if groups and _continues(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [part for group in groups for part in _apart(group)]


def _continues(group: list[str], word: str) -> bool:
    if not all(_PHONE_LIKE.fullmatch(piece) for piece in (*group, word)) or word.startswith("+"):
        return False
    both_whole = min(len(_only_digits("".join(group))), len(_only_digits(word))) >= _WHOLE_NUMBER
    return not both_whole


def _apart(group: list[str]) -> list[list[str]]:
    if _dialled(group) is None:
        return [[word] for word in group]
    return [group]


def _term(group: list[str]) -> SearchTerm:
    return SearchTerm(tuple(dict.fromkeys(map(_pattern, group))), _dialled(group))


def _pattern(word: str) -> str:
    return " " * (3 - len(word)) + word


def _dialled(group: list[str]) -> str | None:
    """Return the digits of a phone-like group without what stands for "abroad" or "long distance".

    Leaving a prefix off can only widen the search: what remains is the end of what was typed.
    """
    typed = "".join(group)
    if not _PHONE_LIKE.fullmatch(typed):
        return None
    digits = _only_digits(re.sub(r"(?<=[0-9])\(0\)", "", typed))
    if len(digits) < PHONE_DIGITS:
        return None
    if typed.startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits.lstrip("0") if len(digits.lstrip("0")) >= PHONE_DIGITS else digits
    if len(digits) >= _TRUNK_DIGITS:
        # 8 and 0 are used alone (8 612, 0612), and in Ukraine and Belarus together (8 044).
        return re.sub(r"^8?0?", "", digits)
    return digits
