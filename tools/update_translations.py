"""Collects the texts of the core and of each module into their .po files; a second run changes nothing."""

from __future__ import annotations

import sys

from tools.catalogues import extract, read_catalogue, update_catalogue, write_catalogue
from tools.tree import LANGUAGES, distributions, relative


def main() -> int:
    """Update every catalogue and say how many texts still wait for a translation."""
    for distribution in distributions():
        template = extract(distribution)
        for language in LANGUAGES:
            path = distribution.catalogue(language)
            catalogue = update_catalogue(read_catalogue(path, language), template)
            changed = write_catalogue(catalogue, path)
            waiting = sum(1 for message in catalogue if message.id and not is_translated(message.string))
            mark = "updated" if changed else "unchanged"
            print(f"{relative(path)}: {mark}, {len(catalogue)} texts, {waiting} without a translation")
    return 0


def is_translated(string: str | list[str] | tuple[str, ...]) -> bool:
    """True when there is a text for every plural form."""
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
