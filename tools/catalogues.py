"""Reads texts out of sources and templates, and reads and writes .po files that are the same on every machine."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tools.tree import Distribution

# As kartoteka.vocabulary.message offers them: _("..."), _.plural("one", "many", n), _.context("verb", "Order").
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "plural_text": (1, 2),
    "plural": (1, 2),
    "context": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**/templates/**": {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false"}}


def extract(distribution: Distribution) -> Catalog:
    """Every text of the distribution, without translations."""
    catalogue = Catalog(domain=distribution.domain, charset="utf-8")
    options = {pattern: OPTIONS["**/templates/**"] for pattern, method in METHODS if method == "jinja2"}
    found = extract_from_dir(
        str(distribution.package),
        method_map=METHODS,
        options_map=options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for _path, _line, text, comments, context in found:
        if text:
            catalogue.add(text, auto_comments=comments, context=context)
    return catalogue


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue of a language, empty where the file does not exist yet."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(existing: Catalog, template: Catalog) -> Catalog:
    """The texts of the template with the translations there are; nothing is guessed, nothing obsolete is kept."""
    existing.update(template, no_fuzzy_matching=True)
    existing.obsolete.clear()
    return existing


def write_catalogue(catalogue: Catalog, path: Path) -> bool:
    """Write the file if that changes it: sorted, without places and dates; True when it changed."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    text = (header + body.getvalue().decode("utf-8")).rstrip("\n") + "\n"
    if path.exists() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return True
