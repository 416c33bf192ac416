"""Translations, read from ``.po`` files when a language is first asked for; one catalogue per module and language.

Catalogues are never merged: a module's "Save" must not replace the core's. What a module does not translate
falls back to the core, then to English.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kartoteka.vocabulary.message import CORE_DOMAIN, Message, fill, in_english

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CORE_LOCALE = Path(__file__).parents[1] / "locale"
PSEUDO = "xx"


def _english_plural(count: int) -> int:
    return int(count != 1)


@dataclass
class Catalogue:
    """The texts of one module in one language; plural forms are lists in the order of the language."""

    simple: dict[str, str] = field(default_factory=dict)
    in_context: dict[tuple[str, str], str] = field(default_factory=dict)
    plurals: dict[tuple[str | None, str], tuple[str, ...]] = field(default_factory=dict)
    plural_form: Callable[[int], int] = _english_plural

    def find(self, text: str, context: str | None, count: int | None) -> str | None:
        """Return the translated template, None when there is none."""
        if count is not None:
            forms = self.plurals.get((context, text))
            if forms is None:
                return None
            index = self.plural_form(count)
            return forms[index] if index < len(forms) else None
        if context is not None:
            return self.in_context.get((context, text))
        return self.simple.get(text)


def read_catalogue(path: Path) -> Catalogue:
    """Read one ``.po`` file; a missing file is an empty catalogue. Fuzzy and empty translations are left out."""
    if not path.exists():
        return Catalogue()
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        read = read_po(file, ignore_obsolete=True)
    catalogue = Catalogue(plural_form=gettext.c2py(read.plural_expr))
    _take_messages(catalogue, read)
    return catalogue


def _take_messages(catalogue: Catalogue, read: Catalog) -> None:
    for entry in read:
        if not entry.id or entry.fuzzy:
            continue
        if isinstance(entry.id, (tuple, list)):
            forms = tuple(entry.string or ())
            if all(forms):
                catalogue.plurals[entry.context, entry.id[0]] = forms
        elif entry.string and entry.context is not None:
            catalogue.in_context[entry.context, entry.id] = str(entry.string)
        elif entry.string:
            catalogue.simple[entry.id] = str(entry.string)


class Translator:
    """Turns messages into one language; the value of the ``translator`` ContextVar during a request."""

    def __init__(self, language: str, folders: Mapping[str, Path]) -> None:
        self.language = language
        self._folders = folders
        self._catalogues: dict[str, Catalogue] = {}
        self._others: dict[str, Translator] = {}

    def other(self, language: str) -> Translator:
        """Return the translator of another language with the same catalogues; kept, for reading them takes time."""
        if language == self.language:
            return self
        found = self._others.get(language)
        if found is None:
            found = self._others[language] = make_translator(language, self._folders)
            found._others[self.language] = self
        return found

    def __call__(self, message: Message) -> str:
        if not message.values and message.plural is None:
            return self.find(message.domain, message.text, message.context) or message.text
        count = message.count if message.plural is not None else None
        template = self.find(message.domain, message.text, message.context, count)
        return fill(message.english if template is None else template, message)

    def find(self, domain: str, text: str, context: str | None = None, count: int | None = None) -> str | None:
        """Return the translated template of a text, None when nobody translated it."""
        found = self._catalogue(domain).find(text, context, count)
        if found is None and domain != CORE_DOMAIN:
            found = self._catalogue(CORE_DOMAIN).find(text, context, count)
        return found

    def _catalogue(self, domain: str) -> Catalogue:
        catalogue = self._catalogues.get(domain)
        if catalogue is None:
            folder = self._folders.get(domain)
            path = folder / self.language / "LC_MESSAGES" / f"{domain}.po" if folder else None
            catalogue = self._catalogues[domain] = read_catalogue(path) if path else Catalogue()
        return catalogue


class EnglishTranslator(Translator):
    """English needs no catalogue: the sources are English."""

    def __call__(self, message: Message) -> str:
        return message.text if not message.values and message.plural is None else in_english(message)

    def find(self, domain: str, text: str, context: str | None = None, count: int | None = None) -> str | None:
        return None


class PseudoTranslator(EnglishTranslator):
    """Wraps every text that went through translation in ⟦ ⟧, so that a test sees the ones that did not."""

    def __call__(self, message: Message) -> str:
        return f"⟦{in_english(message)}⟧"


def make_translator(language: str, folders: Mapping[str, Path]) -> Translator:
    """Return the translator of a language; reads nothing yet."""
    if language == PSEUDO:
        return PseudoTranslator(language, folders)
    if language == "en":
        return EnglishTranslator(language, folders)
    return Translator(language, folders)
