"""Writes what a document says in its language: dates, amounts and messages become texts, once and for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from flask import has_app_context

from kartoteka.builtin.settings.queries import COMPANY, COUNTRY, REGISTRATION_CODE, VAT_CODE, stored_settings
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.documents import DocumentContent, DocumentType
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message, translator
from kartoteka.web.assembly import locale_folders
from kartoteka.web.current import current
from kartoteka.web.i18n import LANGUAGES, Languages, current_formats, formats, formats_for, today

__all__ = ["LANGUAGES", "company_facts", "compose", "in_language", "language_of", "plain", "today"]

_OF_COUNTRY = {"LT": "lt", "EE": "et", "UA": "uk", "RU": "ru", "BY": "ru", "KZ": "ru"}
_DEEPEST = 12


def language_of(session: Session, country: str) -> str:
    """Return the language of a document for a reader in this country (CO-13): the company's own when none is known."""
    if country:
        return _OF_COUNTRY.get(country, "en")
    own = stored_settings(session).get("language", "")
    return own if own in LANGUAGES else "en"


@contextmanager
def in_language(session: Session, language: str) -> Iterator[None]:
    """Let texts, dates and numbers be in this language, in the time zone of whoever is asking."""
    spoken = translator.set(_translators(session).translator(language))
    written = formats.set(formats_for(language, current_formats().zone.key))
    try:
        yield
    finally:
        formats.reset(written)
        translator.reset(spoken)


def compose(
    session: Session, declared: DocumentType, content: DocumentContent, language: str, day: date
) -> dict[str, Any]:
    """Return everything that the template of a document gets, as plain values in its language."""
    with in_language(session, language):
        return {
            "title": str(content.title),
            "number": "",
            "day": current_formats().date(day),
            "language": language,
            "company": company_facts(session),
            "words": {name: str(word) for name, word in declared.words.items()},
            "data": plain(content.data),
        }


def company_facts(session: Session) -> dict[str, str]:
    """Return what templates know of the company."""
    stored = stored_settings(session)
    name = stored.get(COMPANY) or (current().config.company if has_app_context() else "")
    return {"name": name, **{one: stored.get(one, "") for one in (COUNTRY, REGISTRATION_CODE, VAT_CODE)}}


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it, written in the current language; raises TypeError for what is no value."""
    if depth > _DEEPEST:
        raise TypeError("The data of a document is nested too deep.")
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one, depth + 1) for one in value]
    written = _write(value)
    if written is None:
        raise TypeError(f"The data of a document cannot hold a {type(value).__name__}.")
    return written


def _write(value: Any) -> str | None:
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, datetime):
        return current_formats().moment(value)
    if isinstance(value, date):
        return current_formats().date(value)
    return current_formats().number(value) if isinstance(value, Decimal) else None


def _translators(session: Session) -> Languages:
    extension = extension_of(session)
    found = _kept.get(extension.registry)
    if found is None:
        found = _kept[extension.registry] = Languages(locale_folders(extension))  # type: ignore[arg-type]
    return found


_kept: WeakKeyDictionary[Registry, Languages] = WeakKeyDictionary()
