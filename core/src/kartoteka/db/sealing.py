"""Secrets that the product must be able to read again, such as the password of a mail account, sealed in the database.

The key is derived from the installation's secret, which lies outside the database: whoever has a copy of the database
alone can't open what is sealed.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"kartoteka sealed values 1"


class SealBroken(ValueError):
    """A sealed value was sealed with another secret, or was changed."""


def seal(secret: str, text: str) -> str:
    """Return a text sealed with the installation's secret; sealing the same text twice gives different values."""
    return _box(secret).encrypt(text.encode()).decode()


def unseal(secret: str, sealed: str) -> str:
    """Return the text that was sealed; raises SealBroken."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(secret).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("This value was sealed with another secret.") from error


@lru_cache(maxsize=8)
def _box(secret: str) -> Fernet:
    # Ten MiB of a process, most of which never open a seal.
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
