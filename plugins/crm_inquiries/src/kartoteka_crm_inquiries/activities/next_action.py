"""The next action of an inquiry: an open inquiry always has one (M-09)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from kartoteka.api.db import Session, as_system, find_or_none, utc_now
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity, inquiry_class
from kartoteka_crm_inquiries.activities.rules import OPEN

_ = Texts("crm_inquiries")

CloseInquiry = Callable[..., Any]
PlanStep = Callable[[Session, int], Any]
_closers: list[CloseInquiry] = []
_planners: list[PlanStep] = []


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What is done next about an inquiry.

    ``starts_at`` is aware; ``kind_id`` an entry of the directory of activity kinds; without a performer it is the
    actor's; an empty ``name`` becomes that of the kind. ``remind`` is the lead time of the reminder, the
    performer's usual one when nobody says, and ``minutes`` how long it takes.
    """

    starts_at: datetime
    kind_id: int | None = None
    performer_id: int | None = None
    name: str = ""
    remind: int | None = None
    minutes: int = 0

    def as_values(self) -> dict[str, Any]:
        """Return it as values of a new activity."""
        values: dict[str, Any] = {"starts_at": self.starts_at, "kind_id": self.kind_id, "name": self.name}
        values["performer_id"] = self.performer_id
        if self.remind is not None:
            values["remind"] = self.remind
        return values | ({"estimate": self.minutes} if self.minutes else {})


class Orphaned(Refused):
    """An open inquiry would be left without a next action."""

    def __init__(self) -> None:
        super().__init__(
            _("This inquiry is open: say what is done next, or close it as won or lost."), field="next_starts_at"
        )


def settle_next_action(session: Session, inquiry_id: int, *, moved: bool = False) -> None:
    """Keep ``next_at`` of an inquiry: the earliest moment at which one of its open activities is due.

    Called by whoever adds, changes or ends activities of the inquiry, after that. ``moved`` says that something was
    done about it. Raises Refused when an open inquiry would be left without a next action.
    """
    session.flush()
    with as_system(session, reason="next action of an inquiry"):
        # Whoever ends the last but one activity waits for whoever ends the last one.
        inquiry = session.scalar(_inquiry(inquiry_id).with_for_update())
        if inquiry is None:
            return
        earliest = session.scalar(
            select(func.min(Activity.due_at)).where(
                Activity.inquiry_id == inquiry_id, Activity.status.in_(OPEN), Activity.state == RecordState.ACTIVE
            )
        )
        if earliest is None and inquiry.closed_at is None and inquiry.state == RecordState.ACTIVE:
            raise Orphaned
        if inquiry.next_at != earliest:
            inquiry.next_at = earliest
        if moved:
            inquiry.moved_at = utc_now()
        session.flush()


def earliest_action() -> Any:
    """Return, for a statement on inquiries, when the earliest of their open activities is due."""
    model = inquiry_class()
    return (
        select(func.min(Activity.due_at))
        .where(Activity.inquiry_id == model.id, Activity.status.in_(OPEN), Activity.state == RecordState.ACTIVE)
        .correlate(model)
        .scalar_subquery()
    )


def differs_from_earliest() -> Any:
    """Return the condition for inquiries whose next action is another one than they say, or none at all."""
    model, earliest = inquiry_class(), earliest_action()
    return or_(earliest != model.next_at, earliest.is_(None) != model.next_at.is_(None))


def let_close(close: CloseInquiry) -> None:
    """Say who closes inquiries: the room above, which this one does not know."""
    _closers[:] = [close]


def close_its_inquiry(session: Session, inquiry_id: int, close: Mapping[str, Any]) -> None:
    """Close an inquiry with ``outcome`` (won or lost) and what else the room of inquiries takes."""
    if not _closers:
        raise Refused(_("Inquiries cannot be closed from here."))
    _closers[0](session, inquiry_id, **close)


def let_plan(plan: PlanStep) -> None:
    """Say who plans the usual next step of an inquiry: the room above, which this one does not know."""
    _planners[:] = [plan]


def plan_usual_step(session: Session, inquiry_id: int) -> None:
    """Plan the usual next step of an inquiry, for its manager; raises Problem where that cannot be."""
    for plan in _planners:
        plan(session, inquiry_id)


def inquiry_of(session: Session, inquiry_id: int) -> Any:
    """Return an inquiry that the actor sees, or None."""
    return find_or_none(session, inquiry_class(), inquiry_id)


def _inquiry(inquiry_id: int) -> Any:
    model = inquiry_class()
    return select(model).where(model.id == inquiry_id).execution_options(populate_existing=True)
