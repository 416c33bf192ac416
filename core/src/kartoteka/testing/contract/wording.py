"""Every text can be translated, and is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kartoteka.extension.declarations.access import Module
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject
from kartoteka.vocabulary.message import CORE_DOMAIN, Message
from kartoteka.web.assembly import locale_folder
from kartoteka.web.catalogues import CORE_LOCALE, Catalogue, read_catalogue

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "plural": (1, 2),
    "context": ((1, "c"), 2),
}
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_OPTIONS = {pattern: {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"} for pattern, kind in _METHODS[1:]}
_WORDS = {"title", "plural_title", "description", "help", "confirm", "text", "legal_reason", "message"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
Text = tuple[str | None, str, bool]
"""Context, text, and whether it depends on a number."""


class WordingContract(ContractBase):
    """Texts of declarations, forms and catalogues."""

    def test_texts_can_be_translated(self, subject: Subject) -> None:
        promise(
            untranslatable_texts(subject),
            f'Write _("...") with _ = Texts("{subject.name}"), so that each reader gets his own language.',
        )

    def test_texts_are_translated(self, subject: Subject) -> None:
        folder = locale_folder(subject.plugin)
        texts = list(texts_of(subject.folder))
        found = {one: list(untranslated(subject.name, texts, folder, one)) for one in self.languages}
        promise(
            (
                f"{language}/LC_MESSAGES/{subject.name}.po: {len(problems)} texts, first: {problems[0]}"
                for language, problems in found.items()
                if problems
            ),
            f"Put the translations into {folder}. languages of the contract says which ones are wanted.",
        )


def untranslatable_texts(subject: Subject) -> Iterator[str]:
    """Yield the texts of declarations and forms that are plain strings or belong to another catalogue."""
    for items in vars(subject.registry).values():
        for one in items if isinstance(items, tuple) else ():
            is_own = one.name if isinstance(one, Module) else getattr(one, "module", None)
            if is_dataclass(one) and is_own == subject.name:
                yield from _wrong_words(one, str(getattr(one, "label", "")) or subject.name, subject.name)
                for form in (getattr(one, "form", None), getattr(one, "params", None)):
                    yield from _wrong_form(form)


def _wrong_words(declaration: Any, place: str, domain: str) -> Iterator[str]:
    for field in fields(declaration):
        value = getattr(declaration, field.name)
        where = f"{type(declaration).__name__} {place}.{field.name}"
        if field.name in _WORDS and isinstance(value, str) and value:
            yield f"{where} is a plain text: {value!r}"
        elif isinstance(value, Message) and value.domain not in (domain, CORE_DOMAIN):
            yield f"{where} belongs to the catalogue {value.domain!r}"
        for number, part in enumerate(value if isinstance(value, tuple) else ()):
            if is_dataclass(part) and not isinstance(part, type):
                name = getattr(part, "name", getattr(part, "value", number))
                yield from _wrong_words(part, f"{place}.{field.name}.{name}", domain)


def _wrong_form(form: type[Any] | None) -> Iterator[str]:
    for name, made in vars(form).items() if form is not None else ():
        if hasattr(made, "field_class"):
            given = [*made.args[:1], made.kwargs.get("label"), made.kwargs.get("help")]
            for text in (one for one in given if isinstance(one, str) and one):
                yield f"{form.__name__}.{name} is a plain text: {text!r}"  # type: ignore[union-attr]


def texts_of(folder: Path) -> Iterator[Text]:
    """Yield every text in the sources and templates of a package."""
    found = extract_from_dir(str(folder), method_map=_METHODS, options_map=_OPTIONS, keywords=KEYWORDS)
    for _path, _line, text, _comments, context in found:
        many = isinstance(text, tuple)
        first = text[0] if isinstance(text, tuple) else text
        if first:
            yield context, first, many


def untranslated(module: str, texts: list[Text], folder: Path | None, language: str) -> Iterator[str]:
    """Yield the texts without a translation in the module's catalogue or in the core's."""
    path = folder / language / "LC_MESSAGES" / f"{module}.po" if folder is not None else None
    if path is None or not path.exists():
        yield "the file is missing"
        return
    own, core = read_catalogue(path), read_catalogue(CORE_LOCALE / language / "LC_MESSAGES" / f"{CORE_DOMAIN}.po")
    for text in dict.fromkeys(texts):
        if not (_has(own, text) or _has(core, text)):
            yield repr(text[1])
    yield from _wrong_placeholders(path)


def _has(catalogue: Catalogue, text: Text) -> bool:
    context, words, many = text
    if many:
        return (context, words) in catalogue.plurals
    return (context, words) in catalogue.in_context if context is not None else words in catalogue.simple


def _wrong_placeholders(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for entry in read_po(file, ignore_obsolete=True):
            ids = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
            allowed = {name for text in ids for name in _PLACEHOLDER.findall(text)}
            for form in entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,):
                if unknown := set(_PLACEHOLDER.findall(form or "")) - allowed:
                    yield f"{ids[0]!r} is translated with unknown placeholders: {', '.join(sorted(unknown))}"
