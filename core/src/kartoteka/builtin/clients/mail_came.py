"""Tells the manager of a client that a mail came in from there."""

from __future__ import annotations

from kartoteka.builtin.clients.fields import CLIENT_KIND, VIEW
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.session import Session, find_or_none
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.incoming import IncomingMail
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

MAIL_CAME = NotificationType(
    name="mail_came",
    title=_("E-mails from your clients"),
    description=_("When a client of yours has written. Automatic replies and delivery reports are not told."),
    icon="inbox",
    permission=VIEW,
)


def tell_of_mail(session: Session, mail: IncomingMail) -> None:
    """Tell each client's manager of a letter, once; whoever sees the client finds the letter in its history."""
    if not mail.opens_work or mail.automatic:
        return
    for client_id in mail.client_ids:
        client = find_or_none(session, Client, client_id)
        if client is not None and client.manager_id is not None:
            dedup = f"clients.mail_came:{mail.id}"
            about = RecordRef(CLIENT_KIND, client_id)
            notify(session, [client.manager_id], "clients.mail_came", _("A client has written"), about, dedup=dedup)
