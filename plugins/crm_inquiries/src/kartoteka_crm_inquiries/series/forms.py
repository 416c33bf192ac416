"""Forms of repetition: nobody needs to know how rules are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import ChoiceField, DateField, Form, IntegerField, LineField, ManyChoicesField, MomentField
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH
from kartoteka_crm_inquiries.series import rules
from kartoteka_crm_inquiries.series.service import ALL, FOLLOWING, THIS
from kartoteka_crm_inquiries.series.wording import ENDS, FREQUENCIES, MONTHLY, WEEKDAYS

_ = Texts("crm_inquiries")

_SCOPES = (
    (THIS, _("Only this one")),
    (FOLLOWING, _("This one and those that follow")),
    (ALL, _("All that are still to be done")),
)


class RepetitionForm(Form):
    """How an activity repeats."""

    frequency = ChoiceField(_("Repeats"), choices=FREQUENCIES, required=True, empty=None)
    interval = IntegerField(_("Every"), least=1, most=rules.MOST_INTERVAL, help=_("2 means every second week."))
    weekdays = ManyChoicesField(_("Days of the week"), choices=WEEKDAYS, help=_("For a weekly one."))
    monthly = ChoiceField(
        _("In the month"),
        choices=MONTHLY,
        empty=None,
        help=_("For a monthly one. From the 29th to the 31st it falls on the last day of shorter months."),
    )
    ends = ChoiceField(_("Ends"), choices=ENDS, empty=None)
    until = DateField(_("Last day"))
    count = IntegerField(_("Number of times"), least=1, most=rules.MOST_TIMES)

    def rule(self, starts_at: datetime, timezone: str) -> str:
        """Return what was chosen as a rule; raises InvalidInput naming the field."""
        ends = self.ends.data or rules.NEVER
        if ends == rules.UNTIL and self.until.data is None:
            raise InvalidInput({"until": _("Say until when.")})
        if ends == rules.COUNT and not self.count.data:
            raise InvalidInput({"count": _("Say how many times.")})
        repetition = rules.Repetition(
            frequency=self.frequency.data or "",
            interval=self.interval.data or 1,
            weekdays=tuple(self.weekdays.data or ()),
            monthly=self.monthly.data or rules.BY_DAY,
            until=self.until.data if ends == rules.UNTIL else None,
            count=self.count.data if ends == rules.COUNT else None,
        )
        return rules.write_rule(repetition, starts_at, timezone)


class OccurrenceForm(RepetitionForm):
    """What of a series is changed."""

    scope = ChoiceField(_("What to change"), choices=_SCOPES, required=True, empty=None)
    name = LineField(_("Name"), max_length=NAME_LENGTH, required=True)
    starts_at = MomentField(_("Start"), required=True)


class KeptRuleForm(Form):
    """What of a series with a rule of another program is changed; its rule stays."""

    scope = OccurrenceForm.scope
    name = OccurrenceForm.name
    starts_at = OccurrenceForm.starts_at


def shown_values(rule: str, timezone: str) -> dict[str, Any]:
    """Return what the form begins with for a rule."""
    repetition = rules.read_rule(rule, timezone)
    if repetition is None:
        return {}
    ends = rules.COUNT if repetition.count else rules.UNTIL if repetition.until else rules.NEVER
    return {
        "frequency": repetition.frequency,
        "interval": repetition.interval,
        "weekdays": list(repetition.weekdays),
        "monthly": repetition.monthly,
        "ends": ends,
        "until": repetition.until,
        "count": repetition.count,
    }
