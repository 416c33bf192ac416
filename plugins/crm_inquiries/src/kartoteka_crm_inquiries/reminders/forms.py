"""Forms of reminders."""

from __future__ import annotations

from kartoteka.api.forms import ChoiceField, Form, IntegerField
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.leads import lead_choices

_ = Texts("crm_inquiries")


class LeadForm(Form):
    """How long ahead a user is reminded where nobody says."""

    lead = ChoiceField(
        _("Remind me"),
        choices=lead_choices,
        coerce=int,
        empty=None,
        help=_("The default for new activities; each can have its own."),
    )


class StillForm(Form):
    """When the company is reminded of what stands still."""

    days = IntegerField(_("Days without movement"), least=1, most=365, required=True)
