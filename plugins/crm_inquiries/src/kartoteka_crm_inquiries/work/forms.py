"""The form that finishes an activity: what came of it and what comes next, in one go."""

from __future__ import annotations

from typing import Any

from kartoteka.api.declare import Choice
from kartoteka.api.directories import directory_choices
from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    DecimalField,
    Form,
    IntegerField,
    LineField,
    MomentField,
    UserField,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.activities import models, rules
from kartoteka_crm_inquiries.activities.fields import BY_NAME
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.queries import resource_choices, service_choices
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, OUTCOMES, REASONS

_ = Texts("crm_inquiries")

STEP, NOTHING, WON, LOST = "step", "nothing", "won", "lost"
THEN = (
    Choice(STEP, _("Plan the next action")),
    Choice(NOTHING, _("Nothing more for now")),
    Choice(WON, _("Close the inquiry: won")),
    Choice(LOST, _("Close the inquiry: lost")),
)
RESULT = ("outcome_id", "outcome", "actual")
USED = ("resource_id", "kilometres", "service_id", "service_price")
NEXT = ("then", "next_kind_id", "next_starts_at", "next_name", "next_performer_id")
CLOSING = ("reason_id", "reason_text")


class FinishForm(Form):
    """What came of an activity, what it took, and what comes next."""

    outcome_id = ChoiceField(BY_NAME["outcome_id"].title, choices=directory_choices(OUTCOMES), coerce=to_id)
    outcome = BlockField(BY_NAME["outcome"].title, max_length=models.TEXT_LENGTH)
    actual = IntegerField(BY_NAME["actual"].title, least=0, most=rules.LONGEST_MINUTES)
    resource_id = ChoiceField(_("Resource used"), choices=resource_choices, coerce=to_id, empty=_("None"))
    kilometres = DecimalField(BY_NAME["kilometres"].title)
    service_id = ChoiceField(_("Service bought"), choices=service_choices, coerce=to_id, empty=_("None"))
    service_price = DecimalField(BY_NAME["service_price"].title)
    then = ChoiceField(_("What comes next"), choices=THEN, empty=None, default=NOTHING)
    next_kind_id = ChoiceField(_("Next: kind"), choices=directory_choices(ACTIVITY_KINDS), coerce=to_id)
    next_starts_at = MomentField(_("Next: when"))
    next_name = LineField(
        _("Next: what"), max_length=models.NAME_LENGTH, help=_("If empty, the kind is used as the title.")
    )
    next_performer_id = UserField(_("Next: who"), users=active_users, empty=_("The same as now"))
    reason_id = ChoiceField(_("Reason"), choices=directory_choices(REASONS), coerce=to_id)
    reason_text = LineField(_("Reason in words"), max_length=200)

    def result(self) -> dict[str, Any]:
        """Return what came of it and what was used."""
        typed = self.values()
        return {name: typed[name] for name in (*RESULT, *USED) if name in typed}

    def next_step(self) -> NextStep | None:
        """Return what is done next, None for nothing; raises InvalidInput when it has no time."""
        typed = self.values()
        if typed.get("then") != STEP:
            return None
        if typed["next_starts_at"] is None:
            raise InvalidInput({"next_starts_at": _("Say when.")})
        return NextStep(
            starts_at=typed["next_starts_at"],
            kind_id=typed["next_kind_id"],
            name=typed["next_name"] or "",
            performer_id=typed.get("next_performer_id"),
        )

    def closing(self) -> dict[str, Any] | None:
        """Return how the inquiry is closed, None when it stays open."""
        typed = self.values()
        if typed.get("then") not in (WON, LOST):
            return None
        return {
            "outcome": typed["then"],
            "reason_id": typed.get("reason_id"),
            "reason_text": typed.get("reason_text") or "",
        }
