"""Forms of the shared mailbox."""

from __future__ import annotations

from kartoteka.api.forms import BlockField, CodeField, Form, UserField, YesNoField
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.letters.service import LONGEST_ANSWER

_ = Texts("crm_inquiries")


class AnswerLetterForm(Form):
    """An answer that leaves from the shared address."""

    text = BlockField(_("Reply"), required=True, max_length=LONGEST_ANSWER, render_kw={"rows": 10})


class PassLetterForm(Form):
    """Pass a letter on to a colleague."""

    user_id = UserField(_("To whom"), users=active_users, required=True)


class TieLetterForm(Form):
    """Which inquiry a letter belongs to."""

    number = CodeField(_("Number of the inquiry"), required=True, max_length=60)


class MailChoiceForm(Form):
    """What mail does by itself."""

    makes_inquiries = YesNoField(
        _("An e-mail from a client without an open inquiry makes one"),
        help=_("With a call on the next working day as its next action."),
    )
