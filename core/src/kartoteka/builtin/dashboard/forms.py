"""Forms of notices and of widgets' options."""

from __future__ import annotations

from kartoteka.builtin.dashboard.models import TITLE_LENGTH
from kartoteka.builtin.dashboard.service import TEXT_LENGTH
from kartoteka.builtin.users.queries import list_departments
from kartoteka.db.session import reading
from kartoteka.vocabulary.message import Translatable, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField, ChoiceField, DateField, LineField, YesNoField
from kartoteka.web.forms import Form, to_id

DAYS = (0, 1, 3, 7, 14, 30)


def _departments() -> list[tuple[int, Translatable]]:
    with reading() as session:
        return [(one.id, one.name) for one in list_departments(session) if not one.closed]


def _days() -> list[tuple[int, Translatable]]:
    ahead = [(days, plural_text("Today and the next day", "Today and the next %(count)s days", days)) for days in DAYS]
    return [(0, _("Today only")), *ahead[1:]]


class NoticeForm(Form):
    """A notice."""

    title = LineField(_("Title"), required=True, max_length=TITLE_LENGTH)
    text = BlockField(_("Text"), max_length=TEXT_LENGTH)
    valid_from = DateField(_("Shown from"), required=True)
    valid_until = DateField(_("Shown until"), help=_("The last day; if empty, it stays until somebody removes it."))
    department_id = ChoiceField(_("For"), choices=_departments, coerce=to_id, empty=_("Everybody"))
    important = YesNoField(_("Important"), help=_("Stands on top and stands out."))


class BirthdayOptions(Form):
    """How far ahead birthdays are shown."""

    days = ChoiceField(_("Show"), choices=_days, coerce=int, empty=None)
