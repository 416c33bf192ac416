"""Documents in a sealed frame: their last version or an old one, as far as a browser can show such a file."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.files.fields import VERSION
from kartoteka.builtin.files.models import File, FileVersion
from kartoteka.db.blobs import open_blob
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import NotFound
from kartoteka.web.preview import SHOWN, Preview, preview_url, register_preview

_TEXTS = frozenset({"text/csv", "text/markdown", "application/json"})
LARGEST_SHOWN = 30 * 1024 * 1024


def can_be_shown(holder: File | FileVersion) -> bool:
    """Tell whether a frame can show this content."""
    return shown_type(holder.mimetype) in SHOWN and 0 < holder.size <= LARGEST_SHOWN


def shown_type(mimetype: str) -> str:
    """Return as what a content is shown."""
    return "text/plain" if mimetype in _TEXTS else mimetype


def frame_url(version: FileVersion) -> str:
    """Return the address of a frame that shows a version; for those who may see the document."""
    return preview_url(VERSION, version.id)


def _show_version(session: Session, argument: str) -> Preview:
    version = session.scalar(select(FileVersion).where(FileVersion.id == int(argument)))
    if version is None:
        raise NotFound
    return Preview(open_blob(session.database.blobs, version.blob), shown_type(version.mimetype))


register_preview(VERSION, _show_version)
