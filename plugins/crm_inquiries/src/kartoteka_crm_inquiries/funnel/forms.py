"""What people choose for reports of sales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kartoteka.api.db import reading
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import ChoiceField, Form, PeriodForm, UserField, to_id
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.naming import SOURCES
from kartoteka_crm_inquiries.processes.queries import processes_of

_ = Texts("crm_inquiries")


def process_choices() -> Sequence[tuple[str, Any]]:
    """Return the processes to choose from."""
    with reading() as session:
        return [(str(one.id), one.name) for one in processes_of(session)]


class FunnelForm(PeriodForm):
    """The funnel of a process for a period, a manager and a source."""

    process_id = ChoiceField(_("Process"), choices=process_choices, coerce=to_id, empty=_("The first one"))
    manager_id = UserField(_("Manager"), users=active_users, empty=_("Everybody"))
    source_id = ChoiceField(
        _("Heard of us from"), choices=directory_choices(SOURCES), coerce=to_id, empty=_("Anywhere")
    )


class EndedForm(PeriodForm):
    """Inquiries that were closed in a period."""

    outcome = ChoiceField(_("How it ended"), choices=(("lost", _("Lost")), ("won", _("Won"))), empty=None)
    manager_id = UserField(_("Manager"), users=active_users, empty=_("Everybody"))


class ForecastForm(Form):
    """The forecast of open inquiries."""

    process_id = ChoiceField(_("Process"), choices=process_choices, coerce=to_id, empty=_("All of them"))
    manager_id = UserField(_("Manager"), users=active_users, empty=_("Everybody"))
