"""Tables of second factors, and of what is half done while somebody signs in with one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.types import SECRET, JsonDict, JsonList, UTCDateTime

NAME_LENGTH = 100


class CodeGenerator(Model):
    """The secret that a user's phone makes codes from (TOTP, RFC 6238), kept once a first code was right."""

    __tablename__ = "core_code_generator"
    __row_scope__ = SYSTEM_ONLY

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sealed_secret: Mapped[str] = mapped_column(String(255), info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the latest code that was taken: no code is taken twice (RFC 6238, 5.2)."""


def _own_or_managed(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can("users.manage") else Passkey.user_id == actor.user_id


class Passkey(Model):
    """A public key whose private half a device of the user keeps (Web Authentication, level 3)."""

    __tablename__ = "core_passkey"
    __row_scope__ = staticmethod(_own_or_managed)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True, info=SECRET)
    public_key: Mapped[str] = mapped_column(Text, info=SECRET)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """A code on paper, good once, for the day the phone is lost."""

    __tablename__ = "core_recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KnownBrowser(Model):
    """A browser that isn't asked for the second factor until this row expires; the password it is asked for."""

    __tablename__ = "core_known_browser"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignInStep(Model):
    """What is half done: a password was right and the second factor is missing, or a passkey was asked for.

    Kept here and not in the cookie, so that each is good once.
    """

    __tablename__ = "core_sign_in_step"
    __row_scope__ = SYSTEM_ONLY

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=SECRET)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    challenge: Mapped[str] = mapped_column(String(120), default="", info=SECRET)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
