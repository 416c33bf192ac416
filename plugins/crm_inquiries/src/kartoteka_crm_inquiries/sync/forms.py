"""Forms of invitations and of calendar files."""

from __future__ import annotations

from kartoteka.api.forms import ChoiceField, Form, LineField, ManyChoicesField
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.series.service import ALL, THIS

_ = Texts("crm_inquiries")


class InviteForm(Form):
    """Who is invited: people of the client, colleagues, and addresses that are typed."""

    people = ManyChoicesField(_("People of the client"), choices=())
    colleagues = ManyChoicesField(_("Colleagues"), choices=())
    addresses = LineField(_("Other addresses"), max_length=1_000, help=_("Several are separated by commas."))


class SeriesInviteForm(InviteForm):
    """Who is invited to an activity that repeats, and to how much of it."""

    scope = ChoiceField(
        _("To what"),
        choices=((ALL, _("All that are still to be done")), (THIS, _("Only this one"))),
        required=True,
        empty=None,
    )
