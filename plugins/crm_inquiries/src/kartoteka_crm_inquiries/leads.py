"""How long before an activity its performer is reminded, unless somebody says otherwise (CORE-11)."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session, as_system
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import preferences_of

_ = Texts("crm_inquiries")

PREFERENCE = "crm_inquiries.lead"
NO_LEAD = -1
USUAL_LEAD = 15
LEADS = (0, 5, 10, 15, 30, 60, 120, 240, 1440, 2 * 1440, 7 * 1440)
"""Minutes that are offered; anything up to four weeks may be set."""


def usual_lead(session: Session, user_id: int | None) -> int | None:
    """Return how many minutes ahead a user wants to be reminded where nobody says; None for not at all."""
    if user_id is None:
        return USUAL_LEAD
    with as_system(session, reason="how long ahead somebody is reminded"):
        return lead_in(preferences_of(session, [user_id], PREFERENCE).get(user_id))


def lead_in(kept: Any) -> int | None:
    """Read a lead time out of preferences; whatever makes no sense there counts for nothing."""
    if type(kept) is not int:
        return USUAL_LEAD
    return None if kept < 0 else kept


def lead_choices(chosen: int | None = None) -> list[tuple[int, Message]]:
    """Return the lead times to choose from, by minutes; ``chosen`` is among them."""
    offered = sorted({*LEADS, *(() if chosen is None or chosen < 0 else (chosen,))})
    return [(NO_LEAD, _("No reminder")), *((one, lead_words(one)) for one in offered)]


def lead_words(minutes: int) -> Message:
    """Say a lead time in words."""
    if minutes == 0:
        return _("When it starts")
    if minutes % (7 * 1440) == 0:
        return _.plural("%(count)s week before", "%(count)s weeks before", minutes // (7 * 1440))
    if minutes % 1440 == 0:
        return _.plural("%(count)s day before", "%(count)s days before", minutes // 1440)
    if minutes % 60 == 0:
        return _.plural("%(count)s hour before", "%(count)s hours before", minutes // 60)
    return _.plural("%(count)s minute before", "%(count)s minutes before", minutes)
