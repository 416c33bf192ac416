"""What folders and documents are called on the drive, and which names are rubbish of operating systems."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.naming import clean_filename, extension

MOUNT = "/dav"
CLIENTS = "clients"
DOCUMENTS = "documents"
_RUBBISH = re.compile(r"\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*#|~WRL.*\.tmp", re.IGNORECASE)


def is_rubbish(name: str) -> bool:
    """Tell whether an operating system or a program left this for itself: it is taken and forgotten."""
    return _RUBBISH.fullmatch(name) is not None


def folder_name(number: str, name: str) -> str:
    """Return what the folder of a client is called: its number, by which it is found, and its name."""
    return clean_filename(f"{number} {name}")[:120]


def number_in(folder: str) -> str:
    """Return the number of the client whose folder this is."""
    return folder.partition(" ")[0]


def names_of(files: Iterable[File]) -> dict[str, File]:
    """Return documents by their names in one folder: the later one of two with one name says its number."""
    found: dict[str, File] = {}
    taken: set[str] = set()
    for file in sorted(files, key=lambda one: one.id):
        name = file.filename
        if name.lower() in taken:
            end = extension(name)
            stem = name[: -len(end) - 1] if end else name
            name = f"{stem} ({file.number}){'.' if end else ''}{end}"
        taken.add(name.lower())
        found[name] = file
    return found
