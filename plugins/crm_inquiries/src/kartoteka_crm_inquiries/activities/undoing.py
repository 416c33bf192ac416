"""What an undo leaves of activities: an open inquiry still has its next one (M-09), and nothing is booked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import Session, as_system
from kartoteka.api.errors import Problem, Refused
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.booking import demand_all_free
from kartoteka_crm_inquiries.activities.models import inquiry_class
from kartoteka_crm_inquiries.activities.next_action import (
    Orphaned,
    differs_from_earliest,
    plan_usual_step,
    settle_next_action,
)
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY

_ = Texts("crm_inquiries")


def settle_undone(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], *, final: bool = False) -> None:
    """Mend the next action of the inquiries that activities or inquiries put back by an undo belong to.

    Raises Refused, naming the inquiry, when an open one would be left without a next action, and where an activity put
    back books what is booked by another one by now. When the undo is ``final``
    and cannot be stopped any more, the usual next step is planned for it instead.
    """
    column = {ACTIVITY: "inquiry_id", INQUIRY: "id"}.get(kind)
    if column is None:
        return
    if booked := {row["id"] for row in rows if row.get("resource_id") is not None}:
        demand_all_free(session, booked)
    ids = {row[column] for row in rows if row.get(column) is not None}
    for inquiry_id, number in _stale(session, ids):
        try:
            settle_next_action(session, inquiry_id)
        except Orphaned:
            if final and _plan_instead(session, inquiry_id):
                continue
            raise Refused(
                _("%(number)s is open and would be left without a next action. Plan another one first.", number=number)
            ) from None


def _plan_instead(session: Session, inquiry_id: int) -> bool:
    try:
        with session.begin_nested(), as_system(session, reason="next action after an undo"):
            plan_usual_step(session, inquiry_id)
    except Problem:
        return False
    return True


def _stale(session: Session, ids: set[int]) -> list[tuple[int, str]]:
    """Return those of these inquiries whose next action is another one than they say, or none at all."""
    model = inquiry_class()
    found = (
        select(model.id, model.number, model.client_id)
        .where(model.id.in_(sorted(ids)), differs_from_earliest())
        .order_by(model.id)
    )
    with as_system(session, reason="next action after an undo"):
        return [(row.id, row.number) for row in session.execute(found)]
