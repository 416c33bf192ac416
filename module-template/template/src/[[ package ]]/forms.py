"""Forms of notes and of the report."""

from __future__ import annotations

from datetime import date, timedelta

from kartoteka.api.forms import BlockField, DateField, Form, LineField
from kartoteka.api.texts import Texts
from kartoteka.api.web import today
from [[ package ]].service import LONGEST_SUBJECT

_ = Texts("[[ name ]]")

_DAYS_BACK = 90


class NoteForm(Form):
    """A note."""

    day = DateField(_("Day"), required=True, default=today)
    subject = LineField(_("Subject"), required=True, max_length=LONGEST_SUBJECT)
    details = BlockField(_("Details"))


def _some_time_ago() -> date:
    return today() - timedelta(days=_DAYS_BACK)


class PeriodForm(Form):
    """The days a report is about."""

    since = DateField(_("From"), required=True, default=_some_time_ago)
    until = DateField(_("Until"), required=True, default=today)
