"""What the feature "inbox" adds: mailboxes that are fetched, and the mail that came in."""

from __future__ import annotations

import click

from kartoteka.builtin.inbox import account_views, fetching, saving_views, views
from kartoteka.builtin.inbox.blueprint import blueprint
from kartoteka.builtin.inbox.checking import check
from kartoteka.builtin.inbox.kinds import INBOX, KIND, SEARCH
from kartoteka.builtin.inbox.models import MANAGE, SORT, VIEW, InboxAccount, InboxMail, MailThread, ThreadMember
from kartoteka.builtin.inbox.stream import STREAM
from kartoteka.builtin.inbox.threads import thread_of
from kartoteka.builtin.inbox.undelivered import UNDELIVERED
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Job, NotificationType, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.mail import SentMail
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint
from kartoteka.web.lists import RecordList

__all__ = ["account_views", "saving_views", "views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="inbox",
        title=_("Incoming e-mails"),
        description=_(
            "Fetches e-mails, reads them whatever their encoding, and keeps them with the clients they are from."
        ),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "mail", "files", "notifications"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [InboxAccount, MailThread, ThreadMember, InboxMail]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=VIEW,
            title=_("See incoming e-mails"),
            description=_("See the e-mails of one's own mailbox and of the clients one may see."),
            record_kind="inbox.mail",
        ),
        Permission(
            name=SORT,
            title=_("Sort incoming e-mails"),
            description=_(
                "See the company's e-mails that have no client yet, and say which client an e-mail belongs to."
            ),
            record_kind="inbox.mail",
            also_requires=(VIEW,),
        ),
        Permission(
            name=MANAGE,
            title=_("Manage mailboxes"),
            description=_("Set up the mailboxes that e-mails are fetched from."),
        ),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [KIND]


@hookimpl
def register_lists() -> list[RecordList]:
    return [INBOX]


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [STREAM]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="core_inbox_mail", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    texts = dict.fromkeys(("subject", "sender", "sender_name", "text", "reply", "bounced_message_id", "message_id"), "")
    lists: dict[str, list[object]] = {"recipients": [], "attachments": [], "bounced": [], "reference_ids": []}
    return [
        PersonalData(table="core_inbox_mail", client_column="client_id", replacements={**texts, **lists, "blob": None})
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="inbox",
            title=_("Incoming e-mails"),
            endpoint="inbox.list_mails",
            permission=VIEW,
            icon="inbox",
            weight=35,
        ),
        MenuItem(
            name="mailboxes",
            title=_("Mailboxes"),
            endpoint="inbox.list_mailboxes",
            permission=MANAGE,
            icon="inbox",
            weight=955,
        ),
    ]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return [UNDELIVERED]


@hookimpl
def register_jobs() -> list[Job]:
    return fetching.JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return fetching.SCHEDULES


@hookimpl
def note_sent_mail(session: Session, mail: SentMail) -> None:
    # An answer belongs to the thread of what it answers: mail programs may name only the last one before theirs.
    if mail.references:
        thread_of(session, mail.message_id, mail.references)


@hookimpl
def register_commands() -> list[click.Command]:
    return [check]
