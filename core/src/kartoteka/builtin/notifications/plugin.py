"""What the feature "notifications" adds: the bell's pages and the job that forgets what is old."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.builtin.notifications import app_views, views, wish_views
from kartoteka.builtin.notifications.blueprint import blueprint
from kartoteka.builtin.notifications.channels import delivering
from kartoteka.builtin.notifications.channels.mailing import EMAIL
from kartoteka.builtin.notifications.channels.models import Delivery, PushSubscription, Reminder
from kartoteka.builtin.notifications.channels.push import PUSH
from kartoteka.builtin.notifications.channels.reminding import forget_reminders_of
from kartoteka.builtin.notifications.cleaning import JOBS, SCHEDULES
from kartoteka.builtin.notifications.models import Notification
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.channels import Channel
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["app_views", "views", "wish_views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="notifications",
        title=_("Notifications"),
        description=_("Tells people what concerns them: in the page, by e-mail, by push messages."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "mail", "settings"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Notification, Delivery, Reminder, PushSubscription]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return [*JOBS, *delivering.JOBS]


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def register_channels() -> list[Channel]:
    return [EMAIL, PUSH]


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    forget_reminders_of(session, client_ids)
