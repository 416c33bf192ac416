"""Table of contents of the room "Letters"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Action,
    ClientReference,
    MailTemplate,
    MenuItem,
    NotificationType,
    PersonalData,
    RecordKind,
    SearchText,
    TimelineSource,
)
from kartoteka.api.lists import RecordList
from kartoteka.api.mail import IncomingMail, SentMail
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.letters import incoming, queries, texts, views
from kartoteka_crm_inquiries.letters.actions import ACTIONS
from kartoteka_crm_inquiries.letters.demo import add_demo_data
from kartoteka_crm_inquiries.letters.kinds import KIND, LETTER_LIST, SEARCH
from kartoteka_crm_inquiries.letters.models import LetterWriter, MailTie, SharedLetter
from kartoteka_crm_inquiries.naming import SHARED_MAIL

__all__ = ["views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_models() -> list[type[Model]]:
    return [MailTie, SharedLetter, LetterWriter]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [KIND]


@hookimpl
def register_lists() -> list[RecordList]:
    return [LETTER_LIST]


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_inquiries_letter", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    blank = {"subject": "–", "sender": "", "sender_name": ""}
    return [PersonalData(table="crm_inquiries_letter", client_column="client_id", replacements=blank)]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [
        TimelineSource(name="letters", title=_("Related e-mails"), icon="mail", permission=None, read=queries.read_ties)
    ]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return texts.NOTIFICATION_TYPES


@hookimpl
def register_mail_templates() -> list[MailTemplate]:
    return texts.MAIL_TEMPLATES


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="letters",
            title=_("Shared mailbox"),
            endpoint="crm_inquiries.list_letters",
            permission=SHARED_MAIL,
            icon="inbox",
            weight=34,
        )
    ]


@hookimpl
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)


@hookimpl
def mail_tag(session: Session, record: RecordRef) -> str | None:
    return queries.tag_of(session, record)


@hookimpl
def note_sent_mail(session: Session, mail: SentMail) -> None:
    incoming.note_sent(session, mail)


@hookimpl
def receive_mail(session: Session, mail: IncomingMail) -> RecordRef | None:
    return incoming.receive(session, mail)
