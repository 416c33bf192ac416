"""Titles and names of files: short enough that a surname alone says who is meant."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

from kartoteka.builtin.privacy.words import Words

_QUERY = "query"
TITLES = frozenset({"title", "title_sort", "filename", "subject", "message", _QUERY})
"""Names of columns; a message is a title with its values, a query holds what a saved list is narrowed to."""


def clean_title(words: Words, column: str, text: str) -> str:
    """Return a title as a column of this name keeps it, without what betrays the people."""
    if column == _QUERY:
        return _clean_query(words, text)
    try:
        kept = json.loads(text) if text[:1] in '{["' else None
    except ValueError:
        kept = None
    if kept is None:
        return words.without_in_title(text)
    cleaned = _clean_values(words, kept)
    return text if cleaned == kept else json.dumps(cleaned, ensure_ascii=text.isascii())


def _clean_values(words: Words, kept: Any) -> Any:
    if isinstance(kept, str):
        return words.without_in_title(kept)
    if isinstance(kept, list):
        return [_clean_values(words, one) for one in kept]
    if isinstance(kept, dict):
        return {name: _clean_values(words, one) for name, one in kept.items()}
    return kept


def _clean_query(words: Words, query: str) -> str:
    kept = urllib.parse.parse_qsl(query, keep_blank_values=True)
    cleaned = [(name, words.without_in_title(value)) for name, value in kept]
    return query if cleaned == kept else urllib.parse.urlencode(cleaned)
