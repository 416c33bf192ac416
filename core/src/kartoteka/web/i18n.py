"""The reader's language and time zone: chosen once per request, then used by every text, date and number."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from flask import g, request, session

from kartoteka.vocabulary.message import CORE_DOMAIN, translator
from kartoteka.web.catalogues import CORE_LOCALE, PSEUDO, Translator, make_translator
from kartoteka.web.current import current, visitor
from kartoteka.web.formats import Formats

LANGUAGES = {"en": "English", "lt": "Lietuvių", "et": "Eesti", "uk": "Українська", "ru": "Русский"}
"""The languages of the product, each under its own name."""

FALLBACK_ZONE = "Europe/Vilnius"
LANGUAGE_IN_SESSION = "language"
SHARED = "shared_by_templates"
"""What all templates of a request may use is kept in ``g`` under this name."""

formats: ContextVar[Formats] = ContextVar("formats")
"""Writes dates and numbers for the reader of the current context."""


@lru_cache(maxsize=256)
def formats_for(language: str, zone: str) -> Formats:
    """Return the formats of a language and a time zone; an unknown zone becomes the company's usual one."""
    try:
        return Formats(language, zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Formats(language, FALLBACK_ZONE)


def current_formats() -> Formats:
    """Return the formats of the current context; English in Vilnius outside a request."""
    found = formats.get(None)
    return found if found is not None else formats_for("en", FALLBACK_ZONE)


def today() -> date:
    """Return the reader's date of today."""
    return current_formats().today()


class Languages:
    """The translators of one application, one per language, made when first asked for."""

    def __init__(self, folders: Mapping[str, Path], *, pseudo: bool = False) -> None:
        self.folders = {CORE_DOMAIN: CORE_LOCALE, **folders}
        self.names = {**LANGUAGES, PSEUDO: "⟦Pseudo⟧"} if pseudo else dict(LANGUAGES)
        self._translators: dict[str, Translator] = {}

    def translator(self, language: str) -> Translator:
        """Return the translator of a language."""
        found = self._translators.get(language)
        if found is None:
            found = self._translators[language] = make_translator(language, self.folders)
        return found


def languages() -> Languages:
    """Return the languages of the running application."""
    found: Languages = current().caches["languages"]
    return found


def choose_language() -> str:
    """Return the language for this request: the user's, the one chosen at sign-in, the browser's or the company's."""
    known = languages().names
    user = visitor()
    if user.language in known:
        return str(user.language)
    company = current().config.language
    if user.id is not None:
        return company if company in known else "en"
    chosen = session.get(LANGUAGE_IN_SESSION) if session else None
    if chosen in known:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or (company if company in known else "en")


def speak(language: str, zone: str) -> list[tuple[ContextVar[Any], Any]]:
    """Use a language and a time zone in the current context; returns tokens for `fall_silent`."""
    g.language = language
    g.pop(SHARED, None)  # it holds the language
    return [
        (translator, translator.set(languages().translator(language))),
        (formats, formats.set(formats_for(language, zone))),
    ]


def fall_silent(tokens: list[tuple[ContextVar[Any], Any]]) -> None:
    """Undo `speak`."""
    for variable, token in reversed(tokens):
        try:
            variable.reset(token)
        except ValueError:
            # A streamed answer may end in another context than it began in; that context is gone then.
            continue
