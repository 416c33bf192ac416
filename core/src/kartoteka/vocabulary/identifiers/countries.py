"""Countries by the names that people write."""

from __future__ import annotations

from functools import lru_cache

from kartoteka.vocabulary.text import fold

COUNTRIES = ("LT", "LV", "EE", "UA", "PL")
"""The countries offered first, ISO 3166 alpha-2."""

_LANGUAGES = ("en", "lt", "lv", "et", "uk", "ru", "pl", "de")
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
_ALSO_WRITTEN = {
    "ltu": "LT",
    "lietuvos respublika": "LT",
    "lva": "LV",
    "latvijas republika": "LV",
    "est": "EE",
    "eesti vabariik": "EE",
    "ukr": "UA",
    "pol": "PL",
    "rzeczpospolita polska": "PL",
    "uk": "GB",
    "england": "GB",
    "great britain": "GB",
    "usa": "US",
    "el": "GR",
    "czech republic": "CZ",
    "slovak republic": "SK",
    "turkey": "TR",
    "korea": "KR",
    "hong kong": "HK",
    "antigua": "AG",
    "british virgin isl": "VG",
    "marshall isl": "MH",
}


def country_code(text: str | None) -> str | None:
    """Return the ISO 3166 alpha-2 code of a country written as code or by name, or None when it is not known.

    Names are read in English, Lithuanian, Latvian, Estonian, Ukrainian, Russian, Polish and German.
    """
    folded = fold(text or "").strip(" .")
    if folded.upper() in COUNTRIES:
        return folded.upper()
    if folded in _ALSO_WRITTEN:
        return _ALSO_WRITTEN[folded]
    return _codes_by_name().get(folded)


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    """Read the names from the locale data on first use: it takes a while and few processes need it."""
    from babel import Locale

    codes: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                codes.setdefault(fold(name), code)
                codes[code.lower()] = code
    return codes
