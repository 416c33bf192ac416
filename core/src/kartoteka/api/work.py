"""Work beyond one record: announcements after the commit, documents, files, jobs, mail, notifications, numbers."""

from kartoteka.builtin.documents.service import issue_document
from kartoteka.builtin.files.queries import files_of_record
from kartoteka.builtin.files.service import link_file, save_version, store_file
from kartoteka.builtin.inbox.queries import find_mail, open_attachment
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.builtin.mail.queries import document_topics
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.notifications.queries import days_ahead
from kartoteka.builtin.notifications.service import forget_reminders, notify, remind
from kartoteka.builtin.timeline.service import write_note
from kartoteka.builtin.timeline.telling import tell_followers
from kartoteka.db.announce import announce
from kartoteka.db.series import Draw, next_number, next_numbers, next_of_each
from kartoteka.extension.asking import document_links
from kartoteka.extension.contacting import plan_contacts
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.mail import AttachedFile, MailDraft

__all__ = [
    "AttachedFile",
    "Draw",
    "IncomingMail",
    "MailDraft",
    "MailKind",
    "announce",
    "days_ahead",
    "document_links",
    "document_topics",
    "enqueue",
    "files_of_record",
    "find_mail",
    "forget_reminders",
    "issue_document",
    "job_url",
    "link_file",
    "next_number",
    "next_numbers",
    "next_of_each",
    "notify",
    "open_attachment",
    "plan_contacts",
    "remind",
    "save_version",
    "send_mail",
    "store_file",
    "tell_followers",
    "write_note",
]
