"""What a channel is given: the notification in its user's language, with what he may see of the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.access.service import actors_of
from kartoteka.builtin.notifications.channels.models import DeliveryState
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.settings.queries import LANGUAGE, TIMEZONE, stored_settings
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.channels import Channel, Telling
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.message import language_spoken, speaking
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.stored import from_plain
from kartoteka.web.i18n import FALLBACK_ZONE, current_formats, formats, formats_for


@dataclass(frozen=True)
class Ready:
    """A notification that can be sent now."""

    channel: Channel
    telling: Telling


def prepare(session: Session, delivery: Any) -> Ready | DeliveryState:
    """Return what is to be sent, or why nothing is: read meanwhile, not to be seen any more, no way to the user."""
    registry, active = extension_of(session).registry, active_set(session)
    channel = registry.find_channel(delivery.channel)
    one = session.scalar(select(Notification).where(Notification.id == delivery.notification_id))
    actor = actors_of(session, [delivery.user_id]).get(delivery.user_id)
    if one is None or one.read_at is not None or actor is None:
        return DeliveryState.SKIPPED
    declared = registry.find_notification_type(one.type)
    if channel is None or channel.module not in active or declared is None or declared.module not in active:
        return DeliveryState.SKIPPED
    if declared.permission is not None and not actor.can(declared.permission):
        return DeliveryState.SKIPPED
    reached = attempt(session, f"ready of {channel.key}", channel.module, lambda: channel.ready(session, [one.user_id]))
    if one.user_id not in (reached.value or ()):
        return DeliveryState.SKIPPED
    about = _name_of(session, one.about, actor) if one.about else ""
    if about is None:
        return DeliveryState.SKIPPED
    user = session.execute(select(User.language, User.timezone).where(User.id == one.user_id)).one()
    with _as_read_by(session, user.language, user.timezone) as language:
        path = f"/notifications/{one.id}"
        telling = Telling(
            id=one.id,
            user_id=one.user_id,
            type=one.type,
            title=str(declared.title),
            text=str(from_plain(one.message, written)),
            about=about,
            record=one.about,
            path=path,
            url=f"{session.database.address}{path}" if session.database.address else "",
            language=language,
        )
    return Ready(channel, telling)


def _name_of(session: Session, record: RecordRef, actor: Actor) -> str | None:
    """Return the name of a record as the user sees it, None when he does not; empty for one that cannot be told."""
    kind = extension_of(session).registry.find_kind(record.kind)
    if kind is None or kind.module not in actor.modules or not actor.can(kind.permission):
        return None
    with session.database.reading(actor) as own:
        if own.scalar(select(kind.model.id).where(kind.model.id == record.id)) is None:
            return None
        told = attempt(own, f"summarise of {kind.kind}", kind.module, lambda: kind.summarise(own, [record.id]))
    summary = (told.value or {}).get(record.id)
    return summary.title if summary else ""


@contextmanager
def _as_read_by(session: Session, language: str | None, timezone: str | None) -> Iterator[str]:
    kept = stored_settings(session) if not (language and timezone) else {}
    chosen = language or kept.get(LANGUAGE) or language_spoken()
    token = formats.set(formats_for(chosen, timezone or kept.get(TIMEZONE) or FALLBACK_ZONE))
    try:
        with speaking(chosen):
            yield chosen
    finally:
        formats.reset(token)


def written(value: date | datetime | Decimal) -> str:
    """Write a date, a moment or an amount of a message for its reader."""
    shown = current_formats()
    if isinstance(value, datetime):
        return shown.moment(value)
    return shown.date(value) if isinstance(value, date) else shown.number(value)
