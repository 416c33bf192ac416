"""Mails as documents: what they are called, and which of them nobody here can read."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.policy import default
from typing import Final

from kartoteka.builtin.files.models import NAME_LENGTH
from kartoteka.builtin.files.naming import extension
from kartoteka.db.blobs import Blob, BlobStore, open_blob
from kartoteka.vocabulary.text import clean_line

_LONGEST_HEAD: Final = 256 * 1024


def is_mail(filename: str) -> bool:
    """Tell whether a file is a mail as mail programs save it (RFC 5322)."""
    return extension(filename) == "eml"


def is_unread_mail(filename: str) -> bool:
    """Tell whether a file is a mail in Outlook's own format, whose words are not read."""
    return extension(filename) == "msg"


def subject_of(store: BlobStore, blob: Blob) -> str:
    """Return the subject of a mail as one line, empty when it has none or is no mail."""
    with open_blob(store, blob.digest) as stream:
        head = stream.read(_LONGEST_HEAD)
    try:
        written = str(BytesHeaderParser(policy=default).parsebytes(head)["subject"] or "")
    except Exception:  # noqa: BLE001 - the parser fails in many ways over what strangers write; the name will do
        return ""
    return clean_line(written.encode("utf-8", "replace").decode())[:NAME_LENGTH]
