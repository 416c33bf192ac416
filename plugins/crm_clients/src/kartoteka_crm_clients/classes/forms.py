"""Forms of limits, of dormant clients and of planned contacts."""

from __future__ import annotations

from kartoteka.api.clients import client_segments, turnover_sources
from kartoteka.api.db import reading
from kartoteka.api.forms import ChoiceField, Form, IntegerField, LineField, MomentField
from kartoteka.api.texts import Texts, Translatable

_ = Texts("crm_clients")

DORMANT_DAYS = 90
WHOM = (("manager", _("The client's manager")), ("me", _("Me")))


def _sources() -> list[tuple[str, Translatable]]:
    with reading() as session:
        return [(one.key, one.title) for one in turnover_sources(session)]


def _segments() -> list[tuple[str, Translatable]]:
    with reading() as session:
        return [(one.key, one.title) for one in client_segments(session)]


class LimitsForm(Form):
    """The limits of classes in per cent, and where turnover is known from."""

    a = IntegerField(_("A: up to % of the turnover"), required=True, least=1, most=98)
    b = IntegerField(_("B: up to % of the turnover"), required=True, least=2, most=99)
    x = IntegerField(_("X: varies by at most %"), required=True, least=1, most=998)
    y = IntegerField(_("Y: varies by at most %"), required=True, least=2, most=999)
    source = ChoiceField(_("Turnover from"), choices=_sources, empty=_("The first there is"))


class DormantForm(Form):
    """Who counts as dormant (CL-57)."""

    days = IntegerField(_("No purchase for days"), required=True, default=DORMANT_DAYS, least=1, most=3650)
    percent = IntegerField(
        _("Or turnover down by at least %"),
        least=1,
        most=100,
        help=_("Compared with the same number of days before. If empty, only clients who stopped buying are listed."),
    )
    segment = ChoiceField(_("Segment"), choices=_segments, empty=_("All clients"))


class ContactPlanForm(Form):
    """A contact with each of the chosen clients."""

    text = LineField(_("What to do"), required=True, max_length=200, default=lambda: str(_("Call: no purchase lately")))
    at = MomentField(_("When"), required=True)
    whom = ChoiceField(
        _("For whom"), choices=WHOM, empty=None, help=_("Clients without a manager are put to your own name.")
    )
