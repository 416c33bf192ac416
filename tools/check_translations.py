"""Each .po file is complete: every text has its translation in four languages, with the same placeholders and marks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from tools.catalogues import extract, read_catalogue
from tools.tree import LANGUAGES, Distribution, distributions, relative, report

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
MISSING, WAITING = "is missing: make translations", "has no translation"
MARK = re.compile(r"</?[a-z][^>]*>")


def as_tuple(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """A singular or plural text as a tuple of its forms."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def judge_message(message: Message, plural_forms: int) -> Iterator[str]:
    """What is wrong with one translation."""
    ids, forms = as_tuple(message.id), as_tuple(message.string)
    if message.fuzzy:
        yield "is marked as fuzzy"
    if not all(forms) or (len(ids) > 1 and len(forms) != plural_forms):
        yield WAITING if not any(forms) else "lacks a plural form"
        return
    allowed = {name for text in ids for name in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(ids[-1])) - ({"count", "num"} if len(ids) > 1 else set())
    for form in forms:
        names = set(PLACEHOLDER.findall(form))
        if names - allowed or needed - names:
            yield f"has other placeholders: {form!r}"
        if sorted(MARK.findall(form)) != sorted(MARK.findall(ids[-1])):
            yield f"has other marks: {form!r}"
        if form.strip() != form and ids[0].strip() == ids[0]:
            yield f"begins or ends with a space: {form!r}"


def compare(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Every problem of one catalogue against the texts in the sources."""
    for wanted in template:
        if not wanted.id:
            continue
        text = as_tuple(wanted.id)[0]
        found = catalogue.get(text, wanted.context)
        if found is None or as_tuple(found.id) != as_tuple(wanted.id):
            yield f"{text[:70]!r} {MISSING}"
            continue
        for problem in judge_message(found, catalogue.num_plurals):
            yield f"{text[:70]!r} {problem}"
    for message in catalogue:
        if message.id and template.get(as_tuple(message.id)[0], message.context) is None:
            yield f"{as_tuple(message.id)[0][:70]!r} is no longer in use: make translations"


def find_problems(distribution: Distribution) -> list[str]:
    """One line for each problem of a distribution's catalogues; texts that only wait are counted, not listed."""
    template = extract(distribution)
    problems = []
    for language in LANGUAGES:
        path = distribution.catalogue(language)
        found = list(compare(template, read_catalogue(path, language)))
        waiting = [problem for problem in found if problem.endswith((MISSING, WAITING))]
        problems += [f"{relative(path)}: {problem}" for problem in found if problem not in waiting]
        if waiting:
            problems.append(f"{relative(path)}: {len(waiting)} texts without a translation, first {waiting[0]}")
    return problems


def main() -> int:
    """Check the core and every module."""
    problems = [problem for distribution in distributions() for problem in find_problems(distribution)]
    return report(problems, "Every text is there in every language.")


if __name__ == "__main__":
    sys.exit(main())
