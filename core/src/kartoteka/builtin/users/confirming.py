"""Asking once more for the password before something that would outlast a stolen browser."""

from __future__ import annotations

from flask_login import current_user

from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.passwords import password_is
from kartoteka.db.session import find, reading
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _


def confirm_password(password: str) -> None:
    """Raise InvalidInput for ``password`` when it isn't the present one of whoever is signed in."""
    with reading() as session:
        password_hash = find(session, User, current_user.id).password_hash
    # Outside of the session: hashing is slow on purpose.
    if not password_is(password, password_hash):
        raise InvalidInput({"password": _("This is not your current password.")})
