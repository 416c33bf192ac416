"""Forms of processes, stages and rules of assignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kartoteka.api.declare import Colour
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    Form,
    IntegerField,
    LineField,
    ManyChoicesField,
    UserField,
    country_choices,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.assignment.rules import WAYS
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME
from kartoteka_crm_inquiries.inquiries.rules import SORTS
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, SOURCES
from kartoteka_crm_inquiries.processes.models import NAME_LENGTH
from kartoteka_crm_inquiries.processes.rules import REQUIRABLE

_ = Texts("crm_inquiries")

COLOURS = (
    (Colour.PLANNED.value, _("Blue")),
    (Colour.DONE.value, _("Green")),
    (Colour.TODAY.value, _("Orange")),
    (Colour.OVERDUE.value, _("Red")),
)
ENDS = (("won", _("Won: closes the inquiry")), ("lost", _("Lost: closes the inquiry and asks why")))


def _required() -> Sequence[tuple[str, Any]]:
    return [(name, BY_NAME[name].title) for name in REQUIRABLE]


class ProcessForm(Form):
    """A sales process."""

    name = LineField(_("Name"), required=True, max_length=NAME_LENGTH)
    sort = ChoiceField(_("What goes through it"), choices=list(SORTS.items()), required=True, empty=None)
    answer_hours = IntegerField(
        _("Answer within, working hours"),
        least=1,
        most=1000,
        help=_("Nights, weekends and public holidays do not count. If empty, there is no time limit."),
    )


class StageForm(Form):
    """A stage of a process."""

    name = LineField(_("Name"), required=True, max_length=NAME_LENGTH)
    outcome = ChoiceField(_("What it means"), choices=ENDS, empty=_("Work goes on"))
    colour = ChoiceField(_("Colour"), choices=COLOURS, empty=_("Grey"))
    probability = IntegerField(
        _("Probability, %"), least=0, most=100, help=_("How many of a hundred inquiries at this stage are won.")
    )
    rot_days = IntegerField(
        _("Stands still after, days"),
        least=1,
        most=3650,
        help=_("Cards are highlighted when nothing was done for this long."),
    )
    required = ManyChoicesField(
        _("Must be filled in before"), choices=_required, help=_("An inquiry does not enter the stage without it.")
    )
    next_kind_id = ChoiceField(
        _("Next action"), choices=directory_choices(ACTIVITY_KINDS), coerce=to_id, empty=_("None is planned")
    )
    next_in_days = IntegerField(_("In working days"), least=0, most=365)
    performer_id = UserField(_("Performer"), users=active_users, empty=_("The inquiry's manager"))


class AssignmentForm(Form):
    """Who gets new inquiries that nobody answers for."""

    name = LineField(_("Name"), required=True, max_length=NAME_LENGTH)
    sort = ChoiceField(_("What comes in"), choices=list(SORTS.items()), empty=_("Anything"))
    source_id = ChoiceField(
        _("Heard of us from"), choices=directory_choices(SOURCES), coerce=to_id, empty=_("Anywhere")
    )
    country = ChoiceField(_("Country of the client"), choices=lambda: country_choices(""), empty=_("Any"))
    places = BlockField(
        _("Cities and regions"),
        max_length=5_000,
        help=_("Separated by commas; one is enough. If empty, any place matches."),
    )
    way = ChoiceField(_("Who of them"), choices=list(WAYS.items()), required=True, empty=None)
    users = ManyChoicesField(_("Who gets the inquiries"), choices=active_users, coerce=int)
