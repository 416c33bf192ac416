"""Reads of second factors; as the system, because they decide who gets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from kartoteka.builtin.users.factors.models import CodeGenerator, KnownBrowser, Passkey, RecoveryCode
from kartoteka.builtin.users.signing_tokens import digest
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What a user can prove himself by besides the password: secrets left out."""

    codes_since: datetime | None
    passkeys: Sequence[Passkey]
    recovery_codes: int

    @property
    def any(self) -> bool:
        return self.codes_since is not None or bool(self.passkeys)


def factors_of(session: Session, user_id: int) -> Factors:
    """Return the second factors of a user; ``recovery_codes`` counts those not used yet."""
    with as_system(session, reason="second factors"):
        return Factors(
            codes_since=session.scalar(select(CodeGenerator.created_at).where(CodeGenerator.user_id == user_id)),
            passkeys=session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all(),
            recovery_codes=session.scalar(
                select(func.count(RecoveryCode.id)).where(
                    RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
                )
            )
            or 0,
        )


def check_owned(factors: Factors, passkey_id: int) -> None:
    """Raise NotFound for a passkey that is none of these: nobody takes another's, administrators neither."""
    if passkey_id not in {one.id for one in factors.passkeys}:
        raise NotFound


def has_second_factor(session: Session, user_id: int) -> bool:
    """Tell whether a password alone does not let this user in."""
    with as_system(session, reason="second factors"):
        return bool(
            session.scalar(
                select(
                    or_(
                        exists().where(CodeGenerator.user_id == user_id),
                        exists().where(Passkey.user_id == user_id),
                    )
                )
            )
        )


def knows_browser(session: Session, user_id: int, token: str | None) -> bool:
    """Tell whether this browser need not be asked for the second factor of this user."""
    if not token:
        return False
    with as_system(session, reason="known browser"):
        found = select(KnownBrowser.id).where(
            KnownBrowser.token_hash == digest(f"browser {token}"),
            KnownBrowser.user_id == user_id,
            KnownBrowser.expires_at > utc_now(),
        )
        return session.scalar(found) is not None
