"""Mail that came in and mail that was sent: mapped classes for reading, threads, answers, what a mail is about."""

from kartoteka.builtin.inbox.answering import answer_draft, answering_account
from kartoteka.builtin.inbox.models import InboxAccount, InboxMail
from kartoteka.builtin.inbox.parsing.mail import read_mail
from kartoteka.builtin.inbox.queries import ThreadText, open_attachment, records_answered, texts_of_thread
from kartoteka.builtin.inbox.service import Arrival, clients_with, keep_bytes, set_about
from kartoteka.builtin.mail.models import Mail, MailAccount
from kartoteka.builtin.mail.queries import OfferedText, templates_offered
from kartoteka.builtin.mail.texts import GENERAL, fill_words, words_of
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.mail import MailDraft, SentMail

__all__ = [
    "GENERAL",
    "Arrival",
    "InboxAccount",
    "InboxMail",
    "IncomingMail",
    "Mail",
    "MailAccount",
    "MailDraft",
    "MailKind",
    "OfferedText",
    "SentMail",
    "ThreadText",
    "answer_draft",
    "answering_account",
    "clients_with",
    "fill_words",
    "keep_bytes",
    "open_attachment",
    "read_mail",
    "records_answered",
    "set_about",
    "templates_offered",
    "texts_of_thread",
    "words_of",
]
