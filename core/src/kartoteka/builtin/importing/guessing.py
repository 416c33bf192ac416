"""Which column goes into which field: from its title in five languages, or from what stands in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from kartoteka.builtin.importing.tables import words_of
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.lines import Line

_NAMED, _TITLED, _ENDS, _BEGINS = 4, 3, 2, 1


def known_titles(targets: Iterable[ImportTarget]) -> set[str]:
    """Return the titles by which the columns of these targets are recognised."""
    return {words for target in targets for field in target.columns for words in _names(field)}


def fingerprint_of(titles: Sequence[str]) -> str:
    """Return what stands for these titles: equal for files with the same heading."""
    return hashlib.sha256("\n".join(map(words_of, titles)).encode()).hexdigest()


def guess_columns(titles: Sequence[str], fields: Sequence[Field], lines: Sequence[Line]) -> dict[str, str]:
    """Return a field for each title that says what it holds, each field once."""
    scored = []
    for (place, title), (order, field) in product(enumerate(titles), enumerate(fields)):
        if score := _score(words_of(title), field):
            scored.append((-score, len(field.import_headers), order, place, title, field.name))
    found: dict[str, str] = {}
    for *_rank, title, name in sorted(scored):
        if title not in found and name not in found.values():
            found[title] = name
    return found or _guess_by_content(titles, fields, lines)


def _names(field: Field) -> set[str]:
    return {words_of(name) for name in (*field.import_headers, field.title.text, field.name)} - {""}


def _score(words: str, field: Field) -> int:
    if words in map(words_of, field.import_headers):
        return _NAMED
    names = _names(field)
    if words in names:
        return _TITLED
    if any(words.endswith(f" {name}") for name in names):
        return _ENDS
    return _BEGINS if any(words.startswith(f"{name} ") for name in names if len(name) > 3) else 0


def _guess_by_content(titles: Sequence[str], fields: Sequence[Field], lines: Sequence[Line]) -> dict[str, str]:
    """Look at the values of a file whose titles say nothing: addresses, phones, countries, and the names first."""
    by_name = {field.name: field for field in fields}
    found: dict[str, str] = {}
    for title in titles:
        values = [value for line in lines if (value := line.cells.get(title, "").strip())]
        for name, looks_right in _LOOKS.items():
            if name in by_name and name not in found.values() and values and _most(values, looks_right):
                found[title] = name
                break
    words = [title for title in titles if title not in found and _most(_values(lines, title), _is_word)]
    first = next((field.name for field in fields if field.type == FieldType.LINE), None)
    if words and first:
        found[words[0]] = first
    return found


def _values(lines: Sequence[Line], title: str) -> list[str]:
    return [value for line in lines if (value := line.cells.get(title, "").strip())]


def _most(values: Sequence[str], looks_right: object) -> bool:
    return bool(values) and sum(bool(looks_right(value)) for value in values) * 10 >= len(values) * 7  # type: ignore[operator]


def _is_word(value: str) -> bool:
    return any(map(str.isalpha, value))


_LOOKS: Mapping[str, object] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch,
    "country": country_code,
    "phone": re.compile(r"\+[\d\s()-]{8,20}").fullmatch,
    "registration_code": re.compile(r"\d{7,9}").fullmatch,
}
