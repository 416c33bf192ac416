"""Forms of completeness: weights, and the report of incomplete cards."""

from __future__ import annotations

from kartoteka.api.forms import Form, IntegerField
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.completeness.fields import ITEMS, MOST_WEIGHT

_ = Texts("crm_clients")

WeightsForm = type(
    "WeightsForm",
    (Form,),
    {one.name: IntegerField(one.title, required=True, least=0, most=MOST_WEIGHT) for one in ITEMS},
)


class IncompleteForm(Form):
    """Which cards count as incomplete."""

    below = IntegerField(_("Filled in by less than %"), required=True, default=80, least=1, most=101)
