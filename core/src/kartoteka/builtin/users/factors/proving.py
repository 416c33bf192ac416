"""The second half of signing in: a code, a recovery code or a passkey; and signing in by a passkey alone."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.users.factors.codes import looks_like_phone_code, recovery_digest, step_of_code
from kartoteka.builtin.users.factors.models import CodeGenerator, Passkey, RecoveryCode
from kartoteka.builtin.users.factors.passkeys import PasskeyRefused, Site, check_proof, credential_in
from kartoteka.builtin.users.factors.service import remember_browser
from kartoteka.builtin.users.factors.steps import PASSKEY, SECOND_FACTOR, find_step, take_step
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.signing_in import (
    USER_KIND,
    WRONG_PER_LOGIN,
    SignInOutcome,
    attempt_for,
    count_wrong,
    open_sign_in,
)
from kartoteka.builtin.users.signing_tokens import digest
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.sealing import SealBroken, unseal
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

EXPIRED = _("This took too long. Sign in again.")
WRONG_CODE = _("The code is wrong, or was used already.")
LOCKED_CODE = _("Too many wrong codes. Try again in 15 minutes, or ask an administrator.")
WRONG_PASSKEY = _("This passkey doesn't let you in here.")


def prove_by_code(
    session: Session, token: str | None, code: str, *, address: str = "", agent: str = "", trust: bool = False
) -> SignInOutcome:
    """Let in whoever's password was right and who has a code; ``trust`` asks no more for one in this browser.

    Returns instead of raising, because a wrong attempt must be committed too.
    """
    step = find_step(session, token, SECOND_FACTOR)
    if step is None or step.user_id is None:
        return SignInOutcome(problem=EXPIRED, over=True)
    with as_system(session, reason="sign-in"):
        now = utc_now()
        attempt = attempt_for(session, digest(f"second factor {step.user_id}"), now)
        if attempt.locked_until and attempt.locked_until > now:
            return SignInOutcome(problem=LOCKED_CODE)
        if not _code_is_right(session, step.user_id, code):
            locked = count_wrong(attempt, WRONG_PER_LOGIN, now)
            _note(session, "sign_in.locked" if locked else "sign_in.wrong_code", step.user_id, address)
            return SignInOutcome(problem=LOCKED_CODE if locked else WRONG_CODE)
        session.delete(attempt)
    return _finish(session, token, address=address, agent=agent, trust=trust)


def prove_by_passkey(
    session: Session,
    token: str | None,
    challenge_token: str | None,
    answer: str,
    site: Site,
    *,
    address: str = "",
    agent: str = "",
    trust: bool = False,
) -> SignInOutcome:
    """Let in whoever's password was right (``token``) and who has a passkey of the same user."""
    step = find_step(session, token, SECOND_FACTOR)
    asked = take_step(session, challenge_token, PASSKEY)
    if step is None or asked is None or asked.user_id != step.user_id:
        return SignInOutcome(problem=EXPIRED, over=step is None)
    key = _checked_key(session, answer, asked.challenge, site, alone=False)
    if key is None or key.user_id != step.user_id:
        _note(session, "sign_in.wrong_passkey", step.user_id, address)
        return SignInOutcome(problem=WRONG_PASSKEY)
    return _finish(session, token, address=address, agent=agent, trust=trust)


def sign_in_by_passkey(
    session: Session, challenge_token: str | None, answer: str, site: Site, *, address: str = "", agent: str = ""
) -> SignInOutcome:
    """Let in whoever has a passkey and proved to it that he is its owner: two factors at once."""
    asked = take_step(session, challenge_token, PASSKEY)
    if asked is None or asked.user_id is not None:
        return SignInOutcome(problem=EXPIRED)
    key = _checked_key(session, answer, asked.challenge, site, alone=True)
    if key is None:
        _note(session, "sign_in.wrong_passkey", None, address)
        return SignInOutcome(problem=WRONG_PASSKEY)
    _note(session, "sign_in.done", key.user_id, address)
    return SignInOutcome(token=open_sign_in(session, key.user_id, address=address, agent=agent))


def _finish(session: Session, token: str | None, *, address: str, agent: str, trust: bool) -> SignInOutcome:
    step = take_step(session, token, SECOND_FACTOR)
    if step is None or step.user_id is None or not _is_active(session, step.user_id):
        return SignInOutcome(problem=EXPIRED, over=True)
    _note(session, "sign_in.done", step.user_id, address)
    remember = bool(step.facts.get("remember"))
    return SignInOutcome(
        token=open_sign_in(session, step.user_id, address=address, agent=agent, remember=remember),
        remember=remember,
        browser=remember_browser(session, step.user_id) if trust else None,
    )


def _code_is_right(session: Session, user_id: int, code: str) -> bool:
    if looks_like_phone_code(code):
        return _phone_code_is_right(session, user_id, code)
    wanted = recovery_digest(session.database.secret, user_id, code)
    found = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id, RecoveryCode.code_hash == wanted, RecoveryCode.used_at.is_(None)
        )
    )
    if found is None:
        return False
    found.used_at = utc_now()
    return True


def _phone_code_is_right(session: Session, user_id: int, code: str) -> bool:
    generator = session.scalar(select(CodeGenerator).where(CodeGenerator.user_id == user_id))
    if generator is None:
        return False
    try:
        secret = unseal(session.database.secret, generator.sealed_secret)
    except SealBroken:
        return False
    step = step_of_code(secret, code, at=utc_now(), after=generator.last_step)
    if step is None:
        return False
    generator.last_step = step
    return True


def _checked_key(session: Session, answer: str, challenge: str, site: Site, *, alone: bool) -> Passkey | None:
    """Return the passkey that an answer proves, None when it proves nothing."""
    try:
        named = credential_in(answer)
        with as_system(session, reason="sign-in"):
            key = session.scalar(
                select(Passkey)
                .join(User, User.id == Passkey.user_id)
                .where(Passkey.credential_id == named, User.active)
            )
            if key is None:
                return None
            key.sign_count = check_proof(site, answer, challenge, key, alone=alone)
            key.used_at = utc_now()
            session.flush()
    except PasskeyRefused:
        return None
    return key


def _is_active(session: Session, user_id: int) -> bool:
    with as_system(session, reason="sign-in"):
        return bool(session.scalar(select(User.active).where(User.id == user_id)))


def _note(session: Session, event: str, user_id: int | None, address: str) -> None:
    ref = None if user_id is None else RecordRef(USER_KIND, user_id)
    audit(session, event, ref=ref, details={"address": address})
