"""The terms of a query in the languages of the two databases: FTS5 and pg_trgm with an index of digits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, or_
from sqlalchemy.dialects.postgresql import ARRAY

from kartoteka.db.search_tables import PIECES_OF_DIGITS, SearchText
from kartoteka.db.two_forms import TwoForms
from kartoteka.vocabulary.search import DIGIT_PIECE, SearchTerm

_ENDING = 5


def fts_query(terms: Iterable[SearchTerm]) -> str:
    """Return the terms in the language of FTS5; every pattern is quoted, so that nothing in it is a command.

    Of long digits only the ending is asked for: nearly all phones of a company begin alike, and reading where
    "370" and "706" occur took longer than everything else. What this lets through is checked on the row.
    """
    return " AND ".join(f"({_fts_term(term)})" for term in terms)


def rechecks(terms: Iterable[SearchTerm]) -> list[ColumnElement[bool]]:
    """Return the conditions on a text's row that ``fts_query`` left out."""
    return [contains(term) for term in terms if term.digits and len(term.digits) > _ENDING]


def _fts_term(term: SearchTerm) -> str:
    digits = f"digits : {quoted(term.digits[-_ENDING:])}" if term.digits else ""
    if term.is_number:
        return digits
    words = " AND ".join(f"text : {quoted(pattern)}" for pattern in term.text_patterns)
    return f"({words}) OR {digits}" if digits else words


def quoted(pattern: str) -> str:
    """Return a pattern that FTS5 takes literally."""
    return '"' + pattern.replace('"', '""') + '"'


def trgm_condition(term: SearchTerm) -> ColumnElement[bool]:
    """Return the term in the language of pg_trgm; of long digits the ending, as for FTS5."""
    if not term.digits:
        return and_(*(_is_like(SearchText.text, pattern) for pattern in term.text_patterns))
    found = has_digits(term.digits[-_ENDING:])
    if not term.is_number:
        found = or_(and_(*(_is_like(SearchText.text, _ending(pattern)) for pattern in term.text_patterns)), found)
    return and_(found, contains(term))


def has_digits(*runs: str) -> ColumnElement[bool]:
    """Return a condition on PostgreSQL's index of digits that every text with these runs meets, and few others."""
    pieces = {int(run[at : at + DIGIT_PIECE]) for run in runs for at in range(len(run) - DIGIT_PIECE + 1)}
    return _PIECES.contains(sorted(pieces))


_PIECES: Any = getattr(func, PIECES_OF_DIGITS)(SearchText.digits, type_=ARRAY(Integer))


def _ending(pattern: str) -> str:
    return pattern[-_ENDING:] if pattern.isdigit() else pattern


def _is_like(column: Any, pattern: str) -> ColumnElement[bool]:
    return column.like(like_pattern(pattern), escape="\\")


def contains(term: SearchTerm) -> ColumnElement[bool]:
    """Return the condition that a text meets a term, which no index answers."""
    if term.digits and term.is_number:
        return _holds(SearchText.digits, term.digits)
    words = and_(*(_holds(SearchText.text, pattern) for pattern in term.text_patterns))
    return or_(words, _holds(SearchText.digits, term.digits)) if term.digits else words


def _holds(column: Any, pattern: str) -> ColumnElement[bool]:
    """Return a condition that no index answers, so that the planner cannot choose one."""
    return TwoForms(func.instr(column, pattern) > 0, func.strpos(column, pattern) > 0)


def like_pattern(text: str) -> str:
    r"""Return a LIKE pattern that finds the text anywhere, taken literally (escape character ``\``)."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
