"""Forms of activities, of handing them over and moving them, and of what is used for them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    CodeField,
    DecimalField,
    Form,
    IntegerField,
    LineField,
    MomentField,
    UserField,
    YesNoField,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.activities import models, rules
from kartoteka_crm_inquiries.activities.fields import BY_NAME, DIRECTIONS, IMPORTANCE, SORTS
from kartoteka_crm_inquiries.activities.queries import resource_choices, service_choices
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, OUTCOMES

_ = Texts("crm_inquiries")

MOST_MINUTES = rules.LONGEST_MINUTES
SHORT = ("name", "kind_id", "starts_at", "performer_id", "client_number", "inquiry_id", "project_id")
"""What everybody fills in; the rest of the form folds out."""


def client_field() -> CodeField:
    """Return the field in which a client is typed by number, name or code; offers come while one types."""
    return CodeField(
        _("Client"),
        max_length=200,
        help=_("Number, name or code. If empty, it is internal work."),
        render_kw={
            "list": "k-clients",
            "autocomplete": "off",
            "hx-get": "/crm_inquiries/activities/clients",
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#k-clients",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        },
    )


class ActivityForm(Form):
    """An activity: what, when, by whom and with whom; the rest folds out."""

    name = LineField(
        BY_NAME["name"].title, max_length=models.NAME_LENGTH, help=_("If empty, the kind is used as the title.")
    )
    kind_id = ChoiceField(
        BY_NAME["kind_id"].title, choices=directory_choices(ACTIVITY_KINDS), coerce=to_id, empty=_("Not set")
    )
    starts_at = MomentField(BY_NAME["starts_at"].title, required=True)
    performer_id = UserField(BY_NAME["performer_id"].title, users=active_users, empty=_("Me"))
    client_number = client_field()
    inquiry_id = ChoiceField(_("Inquiry"), coerce=to_id, empty=_("None"))
    project_id = ChoiceField(BY_NAME["project_id"].title, coerce=to_id, empty=_("None"))
    person = ChoiceField(_("With whom"), empty=_("Nobody named"))
    importance = ChoiceField(BY_NAME["importance"].title, choices=IMPORTANCE, coerce=to_id, empty=None, default=2)
    category_id = ChoiceField(
        BY_NAME["category_id"].title, choices=directory_choices(CATEGORIES), coerce=to_id, empty=_("Not set")
    )
    estimate = IntegerField(BY_NAME["estimate"].title, least=0, most=MOST_MINUTES)
    due_at = MomentField(BY_NAME["due_at"].title, help=_("Until when it must be done; empty for its end."))
    percent = IntegerField(BY_NAME["percent"].title, least=0, most=100)
    remind = IntegerField(BY_NAME["remind"].title, least=0, most=MOST_MINUTES, help=BY_NAME["remind"].help)
    place = LineField(BY_NAME["place"].title, max_length=models.PLACE_LENGTH)
    direction = ChoiceField(BY_NAME["direction"].title, choices=DIRECTIONS, empty=_("Not set"))
    resource_id = ChoiceField(_("Resource used"), choices=resource_choices, coerce=to_id, empty=_("None"))
    kilometres = DecimalField(BY_NAME["kilometres"].title)
    service_id = ChoiceField(_("Service bought"), choices=service_choices, coerce=to_id, empty=_("None"))
    service_price = DecimalField(BY_NAME["service_price"].title)
    description = BlockField(BY_NAME["description"].title, max_length=models.TEXT_LENGTH)


class ResultForm(Form):
    """What became of an activity that is done, mended later."""

    outcome = BlockField(BY_NAME["outcome"].title, max_length=models.TEXT_LENGTH)
    actual = IntegerField(BY_NAME["actual"].title, least=0, most=MOST_MINUTES)


class HandOverForm(Form):
    """To whom work is passed on, and what he should know (CORE-27)."""

    receiver = ChoiceField(
        _("To whom"), required=True, help=_("Of a department, the colleague with the fewest open tasks gets it.")
    )
    note = BlockField(_("Note"), max_length=1_000)


class DueForm(Form):
    """To when work is moved."""

    due_at = MomentField(BY_NAME["due_at"].title, required=True)


class ResourceForm(Form):
    """What activities can use, and what that costs."""

    name = LineField(_("Name"), max_length=100, required=True)
    sort = ChoiceField(_("Sort"), choices=SORTS, required=True, empty=None, help=_("A car asks for kilometres."))
    exclusive = YesNoField(_("Only for one at a time"), default=True)
    km_rate = DecimalField(_("Price of a kilometre"))
    hour_price = DecimalField(_("Price of an hour"))


class ServiceForm(Form):
    """A service that may be bought for an activity."""

    name = LineField(_("Name"), max_length=100, required=True)
    price = DecimalField(_("Usual price"))


def plain(form: Form) -> dict[str, Any]:
    """Return what was typed, without what only finds a client."""
    return {name: value for name, value in form.values().items() if name != "client_number"}


class CallForm(Form):
    """A call that was made or taken: everything is filled in but what was said."""

    outcome = BlockField(_("What was said"), max_length=models.TEXT_LENGTH)
    direction = ChoiceField(BY_NAME["direction"].title, choices=DIRECTIONS, empty=None)
    starts_at = MomentField(_("When"), required=True)
    actual = IntegerField(BY_NAME["actual"].title, least=0, most=MOST_MINUTES)
    person = ChoiceField(_("With whom"))
    client_number = client_field()
    inquiry_id = ChoiceField(_("Inquiry"), coerce=to_id)
    outcome_id = ChoiceField(BY_NAME["outcome_id"].title, choices=directory_choices(OUTCOMES), coerce=to_id)
    name = LineField(
        BY_NAME["name"].title, max_length=models.NAME_LENGTH, help=_("If empty, the kind is used as the title.")
    )
