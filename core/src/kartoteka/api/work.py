"""Work beyond one record: announcements after the commit, documents, jobs, mail, notifications, number series."""

from kartoteka.builtin.documents.service import issue_document
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.notifications.queries import days_ahead
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.announce import announce
from kartoteka.db.series import next_number
from kartoteka.vocabulary.mail import AttachedFile, MailDraft

__all__ = [
    "AttachedFile",
    "MailDraft",
    "announce",
    "days_ahead",
    "enqueue",
    "issue_document",
    "job_url",
    "next_number",
    "notify",
    "send_mail",
]
