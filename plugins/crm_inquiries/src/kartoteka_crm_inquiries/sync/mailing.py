"""Mails that carry a calendar message (RFC 6047), and the address that answers come to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.api.db import Session, actor_of, as_system
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.mail import MailAccount
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_addresses, user_names
from kartoteka.api.work import AttachedFile, MailDraft, send_mail
from kartoteka_crm_inquiries.sync.components import Guest

_ = Texts("crm_inquiries")


def own_address(session: Session, user_id: int | None = None) -> str:
    """Return the address that answers come to: that of one's own mail account, else the company's, else one's own."""
    user_id = user_id or actor_of(session).user_id
    with as_system(session, reason="address of an organizer"):
        accounts = session.execute(select(MailAccount.user_id, MailAccount.address)).all()
    by_user = {row.user_id: row.address for row in accounts}
    address = by_user.get(user_id) or by_user.get(None) or user_addresses(session, [user_id or 0]).get(user_id or 0)
    if not address:
        raise Refused(_("Set up an e-mail account first: answers need an address to come to."))
    return str(address).lower()


def organizer_of(session: Session, user_id: int | None) -> Guest:
    """Return whoever does an activity as the one who invites to it."""
    name = user_names(session, [user_id]).get(user_id, "") if user_id else ""
    return Guest(address=own_address(session, user_id), name=name, is_organizer=True)


def mail_calendar(
    session: Session,
    to: str,
    subject: str,
    lines: Sequence[str],
    content: bytes,
    *,
    method: str,
    ref: RecordRef,
    client_id: int | None,
) -> None:
    """Send a calendar message; ``lines`` are what it says in words, ``ref`` what it is about."""
    mime = f"text/calendar;method={method.lower()}"
    send_mail(
        session,
        MailDraft(
            to=(to,),
            subject=subject,
            text="\n".join(line for line in lines if line),
            ref=ref,
            client_id=client_id,
            attachments=(AttachedFile(name="invite.ics", mime=mime, content=content),),
        ),
    )


def check_address(address: str) -> None:
    """Raise InvalidInput for what is no mail address."""
    local, _at, domain = address.partition("@")
    plain = all(sign > " " and sign not in '<>,;:"()[]\\' for sign in address)
    if not (local and "." in domain and "@" not in domain and plain and len(address) <= 254):
        raise InvalidInput({"address": _("This is not an e-mail address: %(address)s.", address=address[:80])})
