"""Regions, districts and cities of Lithuania, Estonia, Latvia and Ukraine, as a beginning."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kartoteka.builtin.directories.naming import in_latin_letters
from kartoteka.extension.declarations.directories import StartEntry

REGIONS = "directories.regions"
DISTRICTS = "directories.districts"
CITIES = "directories.cities"
COUNTRIES = ("LT", "EE", "LV", "UA")

_FOLDER = Path(__file__).parent
_NONE = "-"
_AS_IT_IS = "!"


def regions() -> list[StartEntry]:
    """Return the regions of all countries."""
    return [entry for country in COUNTRIES for key, entry in _read(country) if key == REGIONS]


def districts() -> list[StartEntry]:
    """Return the districts of all countries, each below its region."""
    return [entry for country in COUNTRIES for key, entry in _read(country) if key == DISTRICTS]


def cities() -> list[StartEntry]:
    """Return the cities of all countries, each below its district, or below its region where it has none."""
    return [entry for country in COUNTRIES for key, entry in _read(country) if key == CITIES]


@cache
def _read(country: str) -> tuple[tuple[str, StartEntry], ...]:
    text = (_FOLDER / f"{country.lower()}.txt").read_text("utf-8")
    return tuple(_entries(country, [line for line in text.splitlines() if line and not line.startswith("#")]))


def _entries(country: str, lines: list[str]) -> Iterator[tuple[str, StartEntry]]:
    pattern = lines[0].partition(": ")[2]
    region = ""
    for line in lines[1:]:
        if line.startswith("["):
            name, *titles = (part.strip() for part in line.strip("[]").split("|"))
            region = f"{country}/{name}"
            named = dict(zip(("en", "ru", "uk"), titles, strict=False))
            yield REGIONS, StartEntry(code=region, name=name, titles=_titles(country, name, named), country=country)
            continue
        written, _colon, towns = line.partition(":")
        above = region
        if written != _NONE:
            name = written[1:] if written.startswith(_AS_IT_IS) else pattern.format(written)
            above = f"{region}/{name}"
            called = _titles(country, name, {})
            yield DISTRICTS, StartEntry(code=above, name=name, titles=called, parent=region, country=country)
        yield from ((CITIES, town) for town in _towns(country, above, towns))


def _towns(country: str, above: str, written: str) -> Iterator[StartEntry]:
    for town in filter(None, (part.strip() for part in written.split(","))):
        name, *titles = (part.strip() for part in town.split("/"))
        named = _titles(country, name, dict(zip(("ru", "uk"), titles, strict=False)))
        yield StartEntry(code=f"{above}/{name}", name=name, titles=named, parent=above, country=country)


def _titles(country: str, name: str, titles: dict[str, str]) -> dict[str, str]:
    if country == "UA" and "en" not in titles:
        titles["en"] = in_latin_letters(name.removesuffix(" район"))
        titles["en"] += " Raion" if name.endswith(" район") else ""
    return {language: title for language, title in titles.items() if title and title != name}
