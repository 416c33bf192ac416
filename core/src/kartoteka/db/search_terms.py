"""The terms of a query in the languages of the two databases: FTS5 and pg_trgm with an index of digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, bindparam, func, or_
from sqlalchemy.dialects.postgresql import ARRAY

from kartoteka.db.search_tables import PIECES_OF_DIGITS, SearchText
from kartoteka.db.two_forms import TwoForms
from kartoteka.vocabulary.search import DIGIT_PIECE, SearchTerm

_ENDING = 5
ASKED = "asked"
"""The parameter for a whole query in the language of FTS5, where its values are given apart."""


@dataclass(frozen=True)
class AskedTerm:
    """A term of a query and its place there.

    Its values stand in the statement or, with ``is_apart``, are parameters that `values_of` gives when it is executed:
    such a statement can be made once for all queries that look alike.
    """

    place: int
    term: SearchTerm
    is_apart: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it has so many digits that the index is asked for their ending only."""
        return len(self.term.digits or "") > _ENDING

    def patterns(self, name: str) -> list[Any]:
        """Return the patterns of the text, or of LIKE, as they stand in the statement."""
        found = _patterns_of(self.term)[name]
        return [self._put(f"{name}_{number}", value, Text()) for number, value in enumerate(found)]

    @property
    def digits(self) -> Any:
        """The digits as they stand in the statement."""
        return self._put("digits", self.term.digits, Text())

    @property
    def pieces(self) -> Any:
        """The pieces of the digits' ending as they stand in the statement."""
        return self._put("pieces", pieces_of(self._ending), ARRAY(Integer))

    @property
    def values(self) -> dict[str, Any]:
        """Everything that may be asked for, by the name of its parameter."""
        found = {"digits": self.term.digits, "pieces": pieces_of(self._ending)} if self.term.digits else {}
        for name, patterns in _patterns_of(self.term).items():
            found |= {f"{name}_{number}": value for number, value in enumerate(patterns)}
        return {f"{name}_of_{self.place}": value for name, value in found.items()}

    @property
    def _ending(self) -> str:
        return (self.term.digits or "")[-_ENDING:]

    def _put(self, name: str, value: Any, type_: Any) -> Any:
        return bindparam(f"{name}_of_{self.place}", type_=type_) if self.is_apart else value


def asked_terms(terms: Iterable[SearchTerm], *, is_apart: bool = False) -> list[AskedTerm]:
    """Return the terms with their places."""
    return [AskedTerm(place, term, is_apart) for place, term in enumerate(terms)]


def values_of(terms: Iterable[SearchTerm]) -> Mapping[str, Any]:
    """Return the values of a query for a statement that was made without them."""
    asked = asked_terms(terms)
    return {ASKED: fts_query(terms), **{name: value for one in asked for name, value in one.values.items()}}


def look_of(terms: Iterable[SearchTerm]) -> Sequence[tuple[int, bool, bool, bool]]:
    """Return what a statement for a query depends on when its values are given apart."""
    asked = asked_terms(terms)
    return tuple((len(one.term.text_patterns), bool(one.term.digits), one.term.is_number, one.is_long) for one in asked)


def _patterns_of(term: SearchTerm) -> dict[str, list[str]]:
    cut = [_ending(pattern) for pattern in term.text_patterns] if term.digits else term.text_patterns
    return {"words": list(term.text_patterns), "likes": [like_pattern(pattern) for pattern in cut]}


def fts_query(terms: Iterable[SearchTerm]) -> str:
    """Return the terms in the language of FTS5; every pattern is quoted, so that nothing in it is a command.

    Of long digits only the ending is asked for: nearly all phones of a company begin alike, and reading where
    "370" and "706" occur took longer than everything else. What this lets through is checked on the row.
    """
    return " AND ".join(f"({_fts_term(term)})" for term in terms)


def fts_asked(asked: Sequence[AskedTerm]) -> Any:
    """Return the query for FTS5 as it stands in the statement."""
    return bindparam(ASKED, type_=Text()) if asked[0].is_apart else fts_query(one.term for one in asked)


def rechecks(asked: Iterable[AskedTerm]) -> list[ColumnElement[bool]]:
    """Return the conditions on a text's row that ``fts_query`` left out."""
    return [contains(one) for one in asked if one.is_long]


def _fts_term(term: SearchTerm) -> str:
    digits = f"digits : {quoted(term.digits[-_ENDING:])}" if term.digits else ""
    if term.is_number:
        return digits
    words = " AND ".join(f"text : {quoted(pattern)}" for pattern in term.text_patterns)
    return f"({words}) OR {digits}" if digits else words


def quoted(pattern: str) -> str:
    """Return a pattern that FTS5 takes literally."""
    return '"' + pattern.replace('"', '""') + '"'


def trgm_condition(asked: AskedTerm) -> ColumnElement[bool]:
    """Return the term in the language of pg_trgm; of long digits the ending, as for FTS5."""
    words = and_(*(SearchText.text.like(pattern, escape="\\") for pattern in asked.patterns("likes")))
    if not asked.term.digits:
        return words
    digits = _PIECES.contains(asked.pieces)
    return and_(digits if asked.term.is_number else or_(words, digits), contains(asked))


def has_digits(*runs: str) -> ColumnElement[bool]:
    """Return a condition on PostgreSQL's index of digits that every text with these runs meets, and few others."""
    return _PIECES.contains(pieces_of(*runs))


def pieces_of(*runs: str) -> list[int]:
    """Return the pieces of digits by which PostgreSQL's index finds a text with these runs."""
    return sorted({int(run[at : at + DIGIT_PIECE]) for run in runs for at in range(len(run) - DIGIT_PIECE + 1)})


_PIECES: Any = getattr(func, PIECES_OF_DIGITS)(SearchText.digits, type_=ARRAY(Integer))


def _ending(pattern: str) -> str:
    return pattern[-_ENDING:] if pattern.isdigit() else pattern


def contains(asked: AskedTerm) -> ColumnElement[bool]:
    """Return the condition that a text meets a term, which no index answers."""
    if asked.term.is_number:
        return _holds(SearchText.digits, asked.digits)
    words = and_(*(_holds(SearchText.text, pattern) for pattern in asked.patterns("words")))
    return or_(words, _holds(SearchText.digits, asked.digits)) if asked.term.digits else words


def _holds(column: Any, pattern: Any) -> ColumnElement[bool]:
    """Return a condition that no index answers, so that the planner cannot choose one."""
    return TwoForms(func.instr(column, pattern) > 0, func.strpos(column, pattern) > 0)


def like_pattern(text: str) -> str:
    r"""Return a LIKE pattern that finds the text anywhere, taken literally (escape character ``\``)."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
