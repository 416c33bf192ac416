"""Passwords: Argon2id, and what a good one is."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import fold

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
LONGEST = 200
COST: dict[str, Any] = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 1}
"""Argon2id parameters (RFC 9106, section 4, second choice); the test kit makes them cheap."""

# Each check takes 64 MiB, so that a burst of sign-ins must not take the machine's memory.
_at_once = BoundedSemaphore(2)
_TOO_COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "qwerty",
        "qwertyuiop",
        "letmein",
        "iloveyou",
        "welcome",
        "kartoteka",
        "slaptazodis",
        "parool",
        "пароль",
        "йцукен",
        "administrator",
        "administratorius",
    ]
)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(**COST)


@cache
def _nobodys_hash(*cost: int) -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, parameters and salt in it."""
    with _at_once:
        return _hasher().hash(password)


def password_is(password: str, password_hash: str | None) -> bool:
    """Say whether the password is the one that was hashed; takes equally long for nobody's hash."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _at_once:
        try:
            matches = _hasher().verify(password_hash or _nobodys_hash(*COST.values()), password[: LONGEST + 1])
        except (InvalidHashError, VerificationError):
            return False
    return matches and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Say whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def password_problem(password: str, *, login: str, name: str) -> Message | None:
    """Return what is wrong with a new password, or None.

    Length is what counts, mixtures of signs are not asked for (NIST SP 800-63B, 3.1.1).
    """
    if len(password) < SHORTEST:
        return _("Use at least %(count)s characters; several words are easy to remember.", count=SHORTEST)
    if len(password) > LONGEST:
        return _("Use at most %(count)s characters.", count=LONGEST)
    if len(set(password)) < 4:
        return _("Use more different characters.")
    folded = fold(password)
    bare = folded.strip("0123456789!.?*-_ ")
    if bare in _TOO_COMMON or bare in {fold(login), fold(name), *fold(name).split()}:
        return _("This is too easy to guess. Add a word or two that nobody would expect.")
    return None


def check_password(password: str, *, login: str, name: str, field: str = "password") -> None:
    """Raise InvalidInput when the password is no good."""
    problem = password_problem(password, login=login, name=name)
    if problem is not None:
        raise InvalidInput({field: problem})
