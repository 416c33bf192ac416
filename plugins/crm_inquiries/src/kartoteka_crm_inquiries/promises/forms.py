"""The forms of promises."""

from __future__ import annotations

from kartoteka.api.db import Session, find_or_none
from kartoteka.api.forms import ChoiceField, DateField, Form, IntegerField, LineField, UserField, to_id
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.activities.about import offer_inquiries, offer_people
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.promises.fields import BY_NAME, SIDES
from kartoteka_crm_inquiries.promises.models import TEXT_LENGTH, Promise
from kartoteka_crm_inquiries.promises.service import LONGEST

_ = Texts("crm_inquiries")


class PromiseForm(Form):
    """A promise: what, by whom, until when."""

    text = LineField(BY_NAME["text"].title, required=True, max_length=TEXT_LENGTH)
    side = ChoiceField(BY_NAME["side"].title, choices=SIDES, empty=None, default=SIDES[0].value)
    due_on = DateField(BY_NAME["due_on"].title, required=True)
    user_id = UserField(BY_NAME["user_id"].title, users=active_users, empty=_("Me"))
    person = ChoiceField(_("Person at the client's"), empty=_("Nobody named"))
    inquiry_id = ChoiceField(_("Inquiry"), coerce=to_id, empty=_("None"))
    minutes = IntegerField(BY_NAME["minutes"].title, least=0, most=LONGEST, help=BY_NAME["minutes"].help)

    def offer(self, session: Session, client_id: int, promise: Promise | None = None) -> None:
        """Offer the people and the inquiries of a client."""
        chosen = None
        if promise is not None and promise.inquiry_id is not None:
            chosen = find_or_none(session, Inquiry, promise.inquiry_id)
        offer_people(session, self.person, client_id, promise.person if promise else None)
        offer_inquiries(session, self.inquiry_id, client_id, chosen)


class SettleForm(Form):
    """The day on which a promise was fulfilled."""

    fulfilled_on = DateField(BY_NAME["fulfilled_on"].title)
