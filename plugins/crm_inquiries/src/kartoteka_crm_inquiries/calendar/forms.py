"""Forms of the calendar: plan into a free time, move, finish with the minutes it took, find a time, working hours."""

from __future__ import annotations

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
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
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, PLACE_LENGTH, TEXT_LENGTH
from kartoteka_crm_inquiries.activities.rules import CRITICAL, HIGH, LONGEST_MINUTES, LOW, NORMAL
from kartoteka_crm_inquiries.calendar.queries import resource_choices
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, OUTCOMES

_ = Texts("crm_inquiries")

IMPORTANCE = ((LOW, _("Low")), (NORMAL, _("Normal")), (HIGH, _("High")), (CRITICAL, _("Critical")))


class PlanForm(Form):
    """What is planned into a time of the calendar."""

    name = LineField(_("What"), max_length=NAME_LENGTH, help=_("If empty, the kind is used as the title."))
    kind_id = ChoiceField(_("Kind"), choices=directory_choices(ACTIVITY_KINDS), coerce=to_id, empty=_("Not set"))
    starts_at = MomentField(_("Start"), required=True)
    ends_at = MomentField(_("End"), required=True)
    all_day = YesNoField(_("All day"))
    performer_id = UserField(_("Performer"), users=active_users, required=True, empty=None)
    category_id = ChoiceField(_("Category"), choices=directory_choices(CATEGORIES), coerce=to_id, empty=_("Not set"))
    importance = ChoiceField(_("Importance"), choices=IMPORTANCE, coerce=to_id, empty=None, default=2)
    resource_id = ChoiceField(_("Resource used"), choices=resource_choices, coerce=to_id, empty=_("None"))
    place = LineField(_("Place"), max_length=PLACE_LENGTH)


class MoveForm(Form):
    """To when, and to whom, something planned is moved."""

    starts_at = MomentField(_("Start"), required=True)
    ends_at = MomentField(_("End"), required=True)
    performer_id = UserField(_("Performer"), users=active_users, required=True, empty=None)


class DoneForm(Form):
    """How something ended and how long it took; what comes next may be planned in one go."""

    actual = IntegerField(_("Took, min"), required=True, least=0, most=LONGEST_MINUTES)
    outcome_id = ChoiceField(_("Result"), choices=directory_choices(OUTCOMES), coerce=to_id, empty=_("Not set"))
    kilometres = DecimalField(_("Kilometres"))
    outcome = BlockField(_("What came of it"), max_length=TEXT_LENGTH)
    next_name = LineField(_("Next step"), max_length=NAME_LENGTH)
    next_starts_at = MomentField(_("When"))


class HoursForm(Form):
    """Working hours of a week, and whose."""

    day0 = LineField(max_length=80)
    day1 = LineField(max_length=80)
    day2 = LineField(max_length=80)
    day3 = LineField(max_length=80)
    day4 = LineField(max_length=80)
    day5 = LineField(max_length=80)
    day6 = LineField(max_length=80)
