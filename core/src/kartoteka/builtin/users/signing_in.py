"""Signing in and out: attempts counted, browsers remembered by a token, all of it in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.users.factors.queries import has_second_factor, knows_browser
from kartoteka.builtin.users.factors.steps import SECOND_FACTOR, open_step
from kartoteka.builtin.users.models import SignIn, SignInAttempt, User
from kartoteka.builtin.users.passwords import hash_password, needs_rehash, password_is
from kartoteka.builtin.users.signing_tokens import digest
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import fold

USER_KIND = "users.user"
WRONG_PER_LOGIN = 5
WRONG_PER_ADDRESS = 50
LOCKED_FOR = timedelta(minutes=15)
ATTEMPTS_KEPT = timedelta(days=1)
LASTS = timedelta(hours=12)
LASTS_REMEMBERED = timedelta(days=30)

WRONG = _("The user name or the password is wrong.")
LOCKED = _("Too many wrong passwords. Try again in 15 minutes, or ask an administrator.")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Whoever says to be this user, before the password is checked."""

    login: str
    address: str
    user_id: int | None
    password_hash: str | None
    locked: bool


@dataclass(frozen=True, kw_only=True)
class SignInOutcome:
    """A token for the browser's cookie, or the reason why there is none.

    ``step`` is the token of what is half done, when the password was right and a second factor is missing; ``browser``
    the one of a browser that won't be asked for it again. ``over`` says that the sign-in has to begin anew.
    """

    token: str | None = None
    problem: Message | None = None
    step: str | None = None
    browser: str | None = None
    remember: bool = False
    over: bool = False


def login_key(login: str) -> str:
    """Return the key under which wrong passwords for this login are counted."""
    return digest(f"login {fold_login(login)}")


def fold_login(login: str) -> str:
    """Return the login as it is compared: "Anna " and "anna" are one."""
    return fold(login)[:100]


def find_candidate(session: Session, *, login: str, address: str) -> Candidate:
    """Read what checking a password needs; the same statements for known and unknown logins."""
    login = fold_login(login)
    keys = (login_key(login), digest(f"address {address}"))
    with as_system(session, reason="sign-in"):
        locked = session.scalar(
            select(SignInAttempt.key)
            .where(SignInAttempt.key.in_(keys), SignInAttempt.locked_until > utc_now())
            .limit(1)
        )
        user = session.execute(select(User.id, User.password_hash).where(User.login == login, User.active)).first()
    return Candidate(
        login=login,
        address=address,
        user_id=user.id if user else None,
        password_hash=user.password_hash if user else None,
        locked=locked is not None,
    )


def check_candidate(candidate: Candidate, password: str) -> bool:
    """Check the password; slow on purpose, so call it with no session open."""
    return password_is(password, candidate.password_hash) and candidate.user_id is not None


def complete_sign_in(
    session: Session,
    candidate: Candidate,
    *,
    right: bool,
    agent: str = "",
    remember: bool = False,
    browser: str | None = None,
) -> SignInOutcome:
    """Count a wrong password, or let the browser in, or ask it for the second factor if it isn't known.

    Returns instead of raising, because a wrong attempt must be committed too.
    """
    with as_system(session, reason="sign-in"):
        now = utc_now()
        session.execute(delete(SignInAttempt).where(SignInAttempt.last_at < now - ATTEMPTS_KEPT))
        # Always in this order, so that two sign-ins never wait for each other.
        attempts = [attempt_for(session, key, now) for key in (login_key(candidate.login), _address_key(candidate))]
        if any(attempt.locked_until and attempt.locked_until > now for attempt in attempts):
            return SignInOutcome(problem=LOCKED)
        if not right or candidate.user_id is None:
            outcome = _count_wrong(attempts, now)
            _note(session, "sign_in.locked" if outcome.problem is LOCKED else "sign_in.failed", candidate)
            return outcome
        session.delete(attempts[0])
        if has_second_factor(session, candidate.user_id) and not knows_browser(session, candidate.user_id, browser):
            facts = {"remember": remember}
            return SignInOutcome(step=open_step(session, SECOND_FACTOR, user_id=candidate.user_id, facts=facts))
        _note(session, "sign_in.done", candidate)
        token = open_sign_in(session, candidate.user_id, address=candidate.address, agent=agent, remember=remember)
        return SignInOutcome(token=token, remember=remember)


def _note(session: Session, event: str, candidate: Candidate) -> None:
    """Write an attempt into the audit chain; what was typed as the login is left out, it may be a password."""
    ref = None if candidate.user_id is None else RecordRef(USER_KIND, candidate.user_id)
    audit(session, event, ref=ref, details={"address": candidate.address})


def note_sign_out(session: Session, user_id: int, count: int) -> None:
    """Write into the audit chain that sign-ins of a user were ended, by himself or by somebody else."""
    if count:
        audit(session, "sign_in.ended", ref=RecordRef(USER_KIND, user_id), facts={"count": count})


def _address_key(candidate: Candidate) -> str:
    return digest(f"address {candidate.address}")


def attempt_for(session: Session, key: str, now: datetime) -> SignInAttempt:
    """Return the row that counts wrong passwords, locked until the end: guesses made at once must all count."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SignInAttempt).values(key=key, failures=0, last_at=now).on_conflict_do_nothing())
    attempt = session.scalars(
        select(SignInAttempt)
        .where(SignInAttempt.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if now - attempt.last_at > LOCKED_FOR:
        attempt.failures = 0
    return attempt


def _count_wrong(attempts: list[SignInAttempt], now: datetime) -> SignInOutcome:
    limits = zip(attempts, (WRONG_PER_LOGIN, WRONG_PER_ADDRESS), strict=True)
    locked = [count_wrong(attempt, most, now) for attempt, most in limits]
    return SignInOutcome(problem=LOCKED if any(locked) else WRONG)


def count_wrong(attempt: SignInAttempt, most: int, now: datetime) -> bool:
    """Count one more failure; return whether it locks."""
    attempt.failures += 1
    attempt.last_at = now
    if attempt.failures < most:
        return False
    attempt.failures = 0
    attempt.locked_until = now + LOCKED_FOR
    return True


def open_sign_in(session: Session, user_id: int, *, address: str = "", agent: str = "", remember: bool = False) -> str:
    """Write down a signed-in browser and return the token for its cookie."""
    token = secrets.token_urlsafe(32)
    now = utc_now()
    session.add(
        SignIn(
            user_id=user_id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + (LASTS_REMEMBERED if remember else LASTS),
            address=address[:45],
            agent=agent[:200],
        )
    )
    return token


def refresh_hash(session: Session, candidate: Candidate, password: str) -> None:
    """Hash the password anew when today's parameters are stronger than those it was hashed with."""
    if candidate.password_hash is None or not needs_rehash(candidate.password_hash):
        return
    with as_system(session, reason="sign-in"):
        user = session.scalars(select(User).where(User.id == candidate.user_id)).one()
        user.password_hash = hash_password(password)


def end_sign_ins(session: Session, user_id: int, *, but: int | None = None) -> int:
    """End all sign-ins of a user, save the one with the id ``but``; return how many were ended."""
    with as_system(session, reason="sign-ins ended"):
        open_ones = session.scalars(select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))).all()
        ended = [sign_in for sign_in in open_ones if sign_in.id != but]
        for sign_in in ended:
            sign_in.ended_at = utc_now()
    note_sign_out(session, user_id, len(ended))
    return len(ended)


def end_sign_in(session: Session, sign_in: SignIn, *, user_id: int) -> None:
    """End one sign-in; raises NotFound when it isn't this user's."""
    if sign_in.user_id != user_id:
        raise NotFound
    note_sign_out(session, user_id, 1)
    sign_in.ended_at = sign_in.ended_at or utc_now()


def end_sign_in_by_id(session: Session, sign_in_id: int) -> None:
    """End the sign-in that the browser in hand uses."""
    with as_system(session, reason="sign-out"):
        sign_in = session.scalar(select(SignIn).where(SignIn.id == sign_in_id))
        if sign_in is not None:
            sign_in.ended_at = utc_now()
            note_sign_out(session, sign_in.user_id, 1)


def unlock(session: Session, login: str) -> None:
    """Forget the wrong passwords and codes counted for this login."""
    with as_system(session, reason="unlock"):
        user_id = session.scalar(select(User.id).where(User.login == fold_login(login)))
        keys = (login_key(login), digest(f"second factor {user_id}"))
        session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(keys)))
