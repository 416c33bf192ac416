"""What the feature "mail" adds: accounts, templates, and an outbox that is sent in the background."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.builtin.mail import views
from kartoteka.builtin.mail.actions import ACTIONS
from kartoteka.builtin.mail.blueprint import blueprint
from kartoteka.builtin.mail.kinds import KINDS, SEARCH
from kartoteka.builtin.mail.listing import OUTBOX
from kartoteka.builtin.mail.models import (
    MANAGE,
    OWN_ACCOUNT,
    SEND,
    VIEW,
    Mail,
    MailAccount,
    MailFile,
    MailSignature,
    MailText,
)
from kartoteka.builtin.mail.sending import deliver_due, note_round
from kartoteka.builtin.mail.telling import LETTER, SENT_MAIL
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Action, Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint
from kartoteka.web.lists import RecordList

__all__ = ["views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="mail",
        title=_("E-mail"),
        description=_("Sends e-mails, with templates, signatures and attached files."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [MailAccount, Mail, MailFile, MailText, MailSignature]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=VIEW,
            title=_("See e-mails"),
            description=_("See one's own e-mails and those of the clients one may see."),
            record_kind="mail.mail",
        ),
        Permission(
            name=SEND,
            title=_("Send e-mails"),
            description=_("Write and send e-mails."),
            record_kind="mail.mail",
            also_requires=(VIEW,),
        ),
        Permission(
            name=OWN_ACCOUNT,
            title=_("Send from one's own address"),
            description=_("Set up an e-mail account of one's own on the company's mail server."),
            also_requires=(SEND,),
        ),
        Permission(
            name=MANAGE,
            title=_("Manage e-mail"),
            description=_("Set up the company's e-mail accounts, change e-mail templates, see everybody's e-mails."),
            also_requires=(VIEW,),
        ),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="core_mail", column="client_id", on_delete="with_client"),
        ClientReference(table="core_mail_file", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    blank = {"subject": "", "text": "", "html": None, "recipients": [], "recipient_line": "", "error": None}
    return [
        PersonalData(table="core_mail", client_column="client_id", replacements={**blank, "headers": {}}),
        PersonalData(table="core_mail_file", client_column="client_id", replacements={"name": "", "blob": None}),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(name="mail", title=_("Outbox"), endpoint="mail.list_mails", permission=VIEW, icon="send", weight=36)
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [OUTBOX]


@hookimpl
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [SENT_MAIL]


@hookimpl
def register_mail_templates() -> list[MailTemplate]:
    return [LETTER]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(
            name="send",
            title=_("Send waiting e-mails"),
            run=note_round,
            outside=deliver_due,
            retries=20,
            timeout=timedelta(minutes=15),
        )
    ]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [Schedule(job="mail.send", cron="*/20 * * * *", title=_("Three times an hour, in case one was missed"))]
