"""Register files on the disk while they are loaded: taken in piece by piece, removed when they are done with."""

from __future__ import annotations

import errno
import hashlib
import re
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from kartoteka.api.db import Session
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.registers.reading import LARGEST_UPLOAD, bad_file

_ = Texts("crm_clients")

_PIECE = 1024 * 1024
_FOLDER = re.compile(r"[0-9a-f]{32}")


def take_in(session: Session, stream: BinaryIO) -> str:
    """Write an uploaded file into a folder of its own and return the folder's name; raises InvalidInput."""
    name = secrets.token_hex(16)
    folder = _home(session) / name
    try:
        folder.mkdir(mode=0o700, parents=True)
        _copy(stream, folder / "register")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise bad_file(_("There is no room left on the server's disk. Nothing was changed.")) from error
        raise bad_file(_("The file cannot be kept: %(reason)s.", reason=error.strerror or "")) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return name


def file_in(session: Session, folder: str) -> Path:
    """Return the path of an uploaded file; raises InvalidInput when it is not there any more."""
    path = _home(session) / folder / "register"
    if not _FOLDER.fullmatch(folder) or not path.exists():
        raise bad_file(_("The file is not there any more. Upload it again."))
    return path


def remove_folder(session: Session, folder: str) -> None:
    """Remove an uploaded file."""
    if _FOLDER.fullmatch(folder):
        shutil.rmtree(_home(session) / folder, ignore_errors=True)


def digest_of(path: Path) -> str:
    """Return SHA-256 of a file; raises InvalidInput when it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise bad_file(_("The file cannot be opened: %(reason)s.", reason=error.strerror or "")) from error


def _home(session: Session) -> Path:
    return Path(session.database.files) / "registers"


def _copy(stream: BinaryIO, path: Path) -> None:
    size = 0
    with path.open("xb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > LARGEST_UPLOAD:
                raise bad_file(
                    _("The file is larger than %(most)s MB. Load it by the command.", most=LARGEST_UPLOAD >> 20)
                )
            file.write(piece)
    if not size:
        raise bad_file(_("The file is empty."))
