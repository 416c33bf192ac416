"""Tables of web forms, of what came by them, and of booking links."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import SECRET, JsonList, Model, Record, Stateful, UTCDateTime, directory_entry, utc_now
from kartoteka.api.declare import SystemOnly

TITLE_LENGTH = 100
TEXT_LENGTH = 2_000
TOKEN_LENGTH = 43


def new_token() -> str:
    """Return a word that nobody guesses: 256 random bits for an address."""
    return secrets.token_urlsafe(32)


class WebForm(Record, Stateful, Model):
    """A form on the website whose answers become inquiries (IN-05, X-35).

    ``fields`` are the names of what it asks for and ``required`` those that must be filled in. ``token`` is the secret
    part of its address. Inquiries go to ``manager_id``, or else by the rules of assignment, and a return call is
    planned in ``days`` working days.
    """

    __tablename__ = "crm_inquiries_web_form"

    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    intro: Mapped[str] = mapped_column(Text, default="")
    thanks: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    required: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    source_id: Mapped[int | None] = directory_entry("crm_inquiries.sources")
    process_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_process.id", ondelete="SET NULL"), index=True
    )
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    days: Mapped[int] = mapped_column(default=1)
    enabled: Mapped[bool] = mapped_column(default=True)
    token: Mapped[str] = mapped_column(String(TOKEN_LENGTH), unique=True, default=new_token, info=SECRET)


class Submission(Model):
    """That a page of a web form or of a booking link was sent: ``key`` belongs to one opened page."""

    __tablename__ = "crm_inquiries_submission"
    __row_scope__ = SystemOnly()

    key: Mapped[str] = mapped_column(String(TOKEN_LENGTH), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
    activity_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_inquiries_activity.id", ondelete="SET NULL"), index=True
    )


class BookingLink(Record, Stateful, Model):
    """An address at which visitors book time with a user (X-37).

    What they book takes ``minutes``, lies within his working hours, at most ``days_ahead`` days and at least ``notice``
    hours from now. ``token`` is the secret part of the address.
    """

    __tablename__ = "crm_inquiries_booking_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    intro: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int] = mapped_column(default=30)
    days_ahead: Mapped[int] = mapped_column(default=30)
    notice: Mapped[int] = mapped_column(default=4)
    enabled: Mapped[bool] = mapped_column(default=True)
    token: Mapped[str] = mapped_column(String(TOKEN_LENGTH), unique=True, default=new_token, info=SECRET)
