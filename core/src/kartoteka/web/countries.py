"""Countries to choose from, in the reader's language, those of our markets first."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from kartoteka.extension.declarations.data import Choice
from kartoteka.vocabulary.identifiers import COUNTRIES
from kartoteka.vocabulary.text import sort_key
from kartoteka.web.current import current
from kartoteka.web.i18n import current_formats

_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def company_country() -> str:
    """Return the country that the company is in, by its ISO 3166 code."""
    return str(cast("Any", current().config).country)


def country_choices(first: str = "") -> tuple[Choice, ...]:
    """Return all countries by ISO 3166 code; ``first`` and the neighbours stand on top."""
    return _choices(current_formats().language, first)


def country_name(code: str) -> str:
    """Return a country's name in the reader's language, or the code when it is not known."""
    return _names(current_formats().language).get(code, code)


@lru_cache(maxsize=32)
def _choices(language: str, first: str) -> tuple[Choice, ...]:
    names = _names(language)
    top = list(dict.fromkeys(code for code in (first, *COUNTRIES) if code in names))
    rest = sorted(set(names) - set(top), key=lambda code: sort_key(names[code]))
    return tuple(Choice(code, names[code]) for code in (*top, *rest))


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    from babel import Locale

    territories = Locale(language).territories
    return {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
