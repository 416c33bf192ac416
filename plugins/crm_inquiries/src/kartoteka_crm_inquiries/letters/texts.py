"""What people are told about letters, and the answers they may begin with."""

from __future__ import annotations

from kartoteka.api.declare import MailTemplate, NotificationType
from kartoteka.api.mail import GENERAL
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.naming import SHARED_MAIL, VIEW

_ = Texts("crm_inquiries")

ANSWER_CAME, LETTER_CAME, LETTER_GIVEN = (
    "crm_inquiries.answer_came",
    "crm_inquiries.letter_came",
    "crm_inquiries.letter_given",
)


def answer_words(number: str) -> Message:
    """Return what the person responsible for an inquiry reads when the client wrote."""
    return _("%(number)s: the client has written.", number=number)


def letter_words() -> Message:
    """Return what somebody who works on a letter reads when the other side wrote again."""
    return _("There is another e-mail in this conversation.")


def to_answer() -> Message:
    """Return what is done next about an inquiry that a letter made."""
    return _("Reply to the e-mail")


def no_subject() -> Message:
    """Return what an inquiry is called that a letter without a subject made."""
    return _("E-mail without a subject")


def given_words(who: str) -> Message:
    """Return what somebody reads to whom a letter was handed over."""
    return _("%(who)s passed an e-mail on to you", who=who)


NOTIFICATION_TYPES = [
    NotificationType(
        name="answer_came",
        title=_("E-mails about your inquiries"),
        description=_("When a client writes about an inquiry that you are responsible for."),
        icon="mail",
        permission=VIEW,
    ),
    NotificationType(
        name="letter_came",
        title=_("E-mails in conversations that you work on"),
        description=_("When the other side writes again in a conversation of the shared mailbox that you have taken."),
        icon="inbox",
        permission=SHARED_MAIL,
    ),
    NotificationType(
        name="letter_given",
        title=_("E-mails passed on to you"),
        description=_("When a colleague passes an e-mail of the shared mailbox on to you."),
        icon="inbox",
        permission=SHARED_MAIL,
    ),
]
_SAMPLE = {"client_name": "UAB Durys", "record": "U2026-00012", "my_name": "Rasa", "company": "UAB Langai"}
_PLACEHOLDERS = {name: GENERAL[name] for name in _SAMPLE}
MAIL_TEMPLATES = [
    MailTemplate(
        name="received",
        title=_("We have received your e-mail"),
        subject=_("Your e-mail: {record}"),
        body=_("Dear {client_name},\n\nthank you for your e-mail. We will answer it soon.\n\n{my_name}\n{company}"),
        placeholders=_PLACEHOLDERS,
        sample=_SAMPLE,
    ),
    MailTemplate(
        name="more_needed",
        title=_("We need to know more"),
        subject=_("Your e-mail: {record}"),
        body=_("Dear {client_name},\n\nto answer your e-mail we need to know more:\n\n\n\n{my_name}\n{company}"),
        placeholders=_PLACEHOLDERS,
        sample=_SAMPLE,
    ),
]
