"""Use cases of second factors: setting them up, renewing and removing them."""

from __future__ import annotations

import secrets as chance
from datetime import timedelta

from sqlalchemy import delete, select

from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.users.factors.codes import new_recovery_codes, recovery_digest, step_of_code
from kartoteka.builtin.users.factors.models import NAME_LENGTH, CodeGenerator, KnownBrowser, Passkey, RecoveryCode
from kartoteka.builtin.users.factors.passkeys import NewKey
from kartoteka.builtin.users.factors.queries import check_owned, factors_of
from kartoteka.builtin.users.signing_in import USER_KIND, end_sign_ins
from kartoteka.builtin.users.signing_tokens import digest
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.sealing import seal
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line

BROWSER_KNOWN_FOR = timedelta(days=30)
MOST_PASSKEYS = 20


def add_code_generator(
    session: Session, user_id: int, secret: str, code: str, *, sign_in_id: int | None = None
) -> list[str]:
    """Take codes of a phone from now on; return new recovery codes when there were none, to be shown once.

    ``secret`` is the one that the phone was given; ``code`` proves that it arrived. All other browsers are signed out.
    Raises InvalidInput for a wrong code.
    """
    step = step_of_code(secret, code, at=utc_now())
    if step is None:
        raise InvalidInput({"code": _("This is not the code that the phone shows now. Is its clock right?")})
    had = factors_of(session, user_id)
    with as_system(session, reason="second factor"):
        session.execute(delete(CodeGenerator).where(CodeGenerator.user_id == user_id))
        sealed = seal(session.database.secret, secret)
        session.add(CodeGenerator(user_id=user_id, sealed_secret=sealed, created_at=utc_now(), last_step=step))
        session.flush()
    return _begun(session, user_id, "second_factor.codes_added", had.recovery_codes, sign_in_id)


def add_passkey(session: Session, user_id: int, name: str, key: NewKey, *, sign_in_id: int | None = None) -> list[str]:
    """Keep a new passkey; return new recovery codes when there were none, to be shown once.

    Raises InvalidInput for a missing name, Refused for a key that is known already.
    """
    name = clean_line(name)[:NAME_LENGTH]
    if not name:
        raise InvalidInput({"name": _("Give the passkey a name, such as the device it lies on.")})
    had = factors_of(session, user_id)
    if len(had.passkeys) >= MOST_PASSKEYS:
        raise Refused(_("There are too many passkeys. Remove those no longer used."))
    with as_system(session, reason="second factor"):
        if session.scalar(select(Passkey.id).where(Passkey.credential_id == key.credential_id)) is not None:
            raise Refused(_("This passkey is in use already."))
        session.add(
            Passkey(
                user_id=user_id,
                name=name,
                credential_id=key.credential_id,
                public_key=key.public_key,
                sign_count=key.sign_count,
                transports=key.transports,
                created_at=utc_now(),
            )
        )
        session.flush()
    return _begun(session, user_id, "second_factor.passkey_added", had.recovery_codes, sign_in_id)


def renew_recovery_codes(session: Session, user_id: int) -> list[str]:
    """Return new recovery codes, to be shown once; the old ones are useless. Raises Refused without a factor."""
    if not factors_of(session, user_id).any:
        raise Refused(_("Set up codes or a passkey first."))
    codes = _write_recovery_codes(session, user_id)
    _note(session, "second_factor.recovery_renewed", user_id)
    return codes


def remove_code_generator(session: Session, user_id: int, *, demanded: bool = False) -> None:
    """Take no codes of the phone any more. Raises Refused when a factor is ``demanded`` and this is the last."""
    factors = factors_of(session, user_id)
    if factors.codes_since is None:
        raise NotFound
    _check_demanded(left=len(factors.passkeys), demanded=demanded)
    with as_system(session, reason="second factor"):
        session.execute(delete(CodeGenerator).where(CodeGenerator.user_id == user_id))
    _ended(session, user_id, "second_factor.codes_removed")


def remove_passkey(session: Session, user_id: int, passkey_id: int, *, demanded: bool = False) -> None:
    """Take a passkey no more. Raises NotFound for somebody else's, Refused as `remove_code_generator`."""
    factors = factors_of(session, user_id)
    check_owned(factors, passkey_id)
    _check_demanded(left=len(factors.passkeys) - 1 + (factors.codes_since is not None), demanded=demanded)
    with as_system(session, reason="second factor"):
        session.execute(delete(Passkey).where(Passkey.id == passkey_id))
    _ended(session, user_id, "second_factor.passkey_removed")


def remove_all_factors(session: Session, user_id: int) -> None:
    """Let a user who has lost everything in with his password alone; he is signed out everywhere."""
    with as_system(session, reason="second factor"):
        for model in (CodeGenerator, Passkey):
            session.execute(delete(model).where(model.user_id == user_id))
    _ended(session, user_id, "second_factor.all_removed")
    end_sign_ins(session, user_id)


def remember_browser(session: Session, user_id: int) -> str:
    """Return a token for a browser that need not be asked for the second factor for a while."""
    token, now = chance.token_urlsafe(32), utc_now()
    with as_system(session, reason="known browser"):
        session.execute(delete(KnownBrowser).where(KnownBrowser.expires_at < now))
        session.add(
            KnownBrowser(
                user_id=user_id,
                token_hash=digest(f"browser {token}"),
                created_at=now,
                expires_at=now + BROWSER_KNOWN_FOR,
            )
        )
        session.flush()
    return token


def forget_browsers(session: Session, user_id: int) -> None:
    """Ask for the second factor again in every browser."""
    with as_system(session, reason="known browser"):
        session.execute(delete(KnownBrowser).where(KnownBrowser.user_id == user_id))


def _begun(session: Session, user_id: int, event: str, recovery_codes: int, sign_in_id: int | None) -> list[str]:
    _note(session, event, user_id)
    forget_browsers(session, user_id)
    # Whoever is signed in elsewhere has proved less than is asked for from now on.
    end_sign_ins(session, user_id, but=sign_in_id)
    bump_state(session)
    return [] if recovery_codes else _write_recovery_codes(session, user_id)


def _ended(session: Session, user_id: int, event: str) -> None:
    _note(session, event, user_id)
    forget_browsers(session, user_id)
    if not factors_of(session, user_id).any:
        with as_system(session, reason="second factor"):
            session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    bump_state(session)


def _check_demanded(*, left: int, demanded: bool) -> None:
    if demanded and not left:
        raise Refused(_("Your role requires a second factor. Set up another one before you remove this one."))


def _write_recovery_codes(session: Session, user_id: int) -> list[str]:
    codes, secret, now = new_recovery_codes(), session.database.secret, utc_now()
    with as_system(session, reason="second factor"):
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        session.add_all(
            RecoveryCode(user_id=user_id, code_hash=recovery_digest(secret, user_id, code), created_at=now)
            for code in codes
        )
        session.flush()
    return codes


def _note(session: Session, event: str, user_id: int) -> None:
    audit(session, event, ref=RecordRef(USER_KIND, user_id))
