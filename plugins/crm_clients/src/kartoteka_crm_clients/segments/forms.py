"""Forms of segments."""

from __future__ import annotations

from kartoteka.api.forms import ChoiceField, Form, LineField, YesNoField
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.segments.queries import fixed_choices

_ = Texts("crm_clients")

SORTS = (
    ("live", _("Live: finds its clients anew each time")),
    ("fixed", _("Fixed: holds the clients you put into it")),
)


class SegmentForm(Form):
    """A segment."""

    name = LineField(_("Name"), required=True, max_length=200)
    notes = LineField(_("What it is for"), max_length=1000)
    sort = ChoiceField(_("Kind of segment"), choices=SORTS, empty=None)
    is_shared = YesNoField(_("For everybody"), help=_("Everybody may use it and sees the clients they may see."))


class PickForm(Form):
    """The fixed list that clients go into, or out of."""

    segment = ChoiceField(
        _("List"), choices=fixed_choices, required=True, help=_("Fixed lists are made on the page Segments.")
    )
