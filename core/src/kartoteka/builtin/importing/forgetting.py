"""Files of imports that a person stands in: they go when that person is erased."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from kartoteka.builtin.importing.files import ImportFolder
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.message import text as _

REMOVE = "importing.remove_files"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1257", "cp1251", "cp1252")
_PIECE = 1024 * 1024
_PACKED = b"PK"


def forget_person(session: Session, words: Sequence[str]) -> int:
    """Let go of the waiting files in which one of the words stands; return how many. They go when this is committed."""
    forms = {form for word in words for form in _encoded(word)}
    gone: list[str] = []
    with as_system(session, reason="a person is erased"):
        for imported in session.scalars(select(Import).where(Import.folder != "")).all():
            if _holds(ImportFolder(session.database.files / "imports" / imported.folder), forms):
                gone.append(imported.folder)
                imported.folder = ""
        session.flush()
    if gone:
        enqueue(session, REMOVE, {"folders": gone}, title=_("Remove files of imports"))
    return len(gone)


def remove_files(session: Session, job: RunningJob) -> None:
    """Remove folders of imports."""
    for name in job.payload.get("folders", ()):
        ImportFolder(session.database.files / "imports" / str(name)).remove()


def _encoded(word: str) -> set[bytes]:
    found: set[bytes] = set()
    for encoding in _ENCODINGS:
        try:
            found.add(word.encode(encoding))
        except UnicodeEncodeError:
            continue
    return found


def _holds(folder: ImportFolder, forms: set[bytes]) -> bool:
    """Tell whether a form stands in the file; one that is packed and was not unpacked yet counts as holding it."""
    if not forms or not folder.uploaded.exists():
        return False
    if not folder.converted.exists() and _begins(folder.uploaded) == _PACKED:
        return True
    longest = max(map(len, forms))
    with folder.rows.open("rb") as stream:
        rest = b""
        while piece := stream.read(_PIECE):
            seen = rest + piece
            if any(form in seen for form in forms):
                return True
            rest = seen[-longest:]
    return False


def _begins(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(len(_PACKED))
