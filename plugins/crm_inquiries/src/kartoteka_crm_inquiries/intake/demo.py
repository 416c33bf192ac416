"""The room's part of the demo company: a form on the website and somebody whose time can be booked."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm

_ = Texts("crm_inquiries")


def add_demo_data(session: Session) -> None:
    """Make one web form and one booking link of the first user; nothing where there are some."""
    users = active_users(session)
    if not users or session.scalar(select(WebForm.id).limit(1)) is not None:
        return
    fields = ["name", "company", "email", "phone", "product", "message"]
    session.add(WebForm(title=str(_("Ask for an offer")), fields=fields, required=["name", "message"]))
    session.add(BookingLink(user_id=users[0][0], title=str(_("Talk to us for half an hour"))))
    session.flush()
