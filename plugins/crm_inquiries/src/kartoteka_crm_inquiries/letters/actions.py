"""What can be done with mail that came in: make an inquiry of it."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.declare import Action
from kartoteka.api.mail import InboxMail
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.letters.queries import RECEIVED
from kartoteka_crm_inquiries.naming import EDIT

_ = Texts("crm_inquiries")


def is_loose(session: Session, record: RecordRef) -> bool:
    """Tell whether a person wrote the mail, and nothing was made of it yet."""
    found = session.execute(select(InboxMail.kind, InboxMail.about_id).where(InboxMail.id == record.id)).first()  # type: ignore[attr-defined]
    return found is not None and found.kind == "mail" and found.about_id is None


ACTIONS = [
    Action(
        name="inquiry_of_mail",
        kinds=(RECEIVED,),
        title=_("Create an inquiry"),
        icon="message-question",
        permission=EDIT,
        page=lambda records: f"/crm_inquiries/inquiries/new?mail={records[0].id}",
        when=is_loose,
        weight=40,
    )
]
