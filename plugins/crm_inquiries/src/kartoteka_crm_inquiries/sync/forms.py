"""Forms of invitations and of calendar files."""

from __future__ import annotations

from kartoteka.api.forms import Form, LineField, ManyChoicesField
from kartoteka.api.texts import Texts

_ = Texts("crm_inquiries")


class InviteForm(Form):
    """Who is invited: people of the client, colleagues, and addresses that are typed."""

    people = ManyChoicesField(_("People of the client"), choices=())
    colleagues = ManyChoicesField(_("Colleagues"), choices=())
    addresses = LineField(_("Other addresses"), max_length=1_000, help=_("Several are separated by commas."))
