"""What people choose for reports of work."""

from __future__ import annotations

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import ChoiceField, DateField, Form, PeriodForm, UserField, to_id
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS

_ = Texts("crm_inquiries")

EVERYBODY = _("Everybody")


class WorkForm(PeriodForm):
    """Activities of a period, of one employee and one kind, or of all."""

    performer_id = UserField(_("Employee"), users=active_users, empty=EVERYBODY)
    kind_id = ChoiceField(_("Kind"), choices=directory_choices(ACTIVITY_KINDS), coerce=to_id, empty=_("All of them"))


class DayForm(Form):
    """What was unfinished at the end of a day."""

    day = DateField(_("Day"), help=_("If empty, today."))
    performer_id = UserField(_("Employee"), users=active_users, empty=EVERYBODY)


class ManagerForm(PeriodForm):
    """Inquiries of a period, of one manager or of all."""

    manager_id = UserField(_("Manager"), users=active_users, empty=EVERYBODY)
