"""The form of a client's marketing data, with those fields of the client itself that belong there."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import Choice
from kartoteka.api.forms import ChoiceField, DecimalField, Form, LineField
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.marketing.fields import COLUMN_OF, MARKETING_FIELDS
from kartoteka_crm_clients.marketing.models import Marketing

_ = Texts("crm_clients")

SEXES = (Choice("female", _("Female")), Choice("male", _("Male")))
_CHOICES = {one.name: ChoiceField(one.title, choices=one.choices, empty=_("Not set")) for one in MARKETING_FIELDS}


class _Own(Form):
    activity = LineField(
        _("Activity"), max_length=200, help=_("What the company does, for example: windows and doors.")
    )


class _Person(Form):
    sex = ChoiceField(_("Sex"), choices=SEXES, empty=_("Not set"))
    income = DecimalField(_("Income a month"), help=_("In euros, before taxes."))


MarketingForm = type("MarketingForm", (_Own, _Person), dict(_CHOICES))


def offer_closed(form: Any, session: Session, known: Marketing | None) -> None:
    """Offer entries that were closed since, where they are what is stored."""
    for field in (one for one in MARKETING_FIELDS if one.name in form):
        stored = None if known is None else getattr(known, COLUMN_OF[field.name])
        chosen = form[field.name]
        values = {str(option.value) for option in chosen.iter_choices()}
        if stored is not None and str(stored) not in values and callable(field.known_choices):
            found = [one for one in field.known_choices(session) if one.value == str(stored)]
            chosen.choices = [*chosen.choices, *((one.value, str(one.title)) for one in found)]
