"""Who can be given work: colleagues, and departments, of which the one with the fewest open tasks gets it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from kartoteka.api.db import Session, as_system
from kartoteka.api.declare import Choice
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import staff_by_department
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN

_ = Texts("crm_inquiries")

USER, DEPARTMENT = "u", "d"


def receivers(session: Session) -> list[Choice]:
    """Return departments and colleagues to choose from: ``d3`` or ``u17``."""
    staff = staff_by_department(session)
    departments = {one.department_id: one.department for one in staff if one.department_id is not None}
    return [
        *(Choice(f"{DEPARTMENT}{key}", _("Department %(name)s", name=name)) for key, name in departments.items()),
        *(Choice(f"{USER}{one.id}", one.name) for one in sorted(staff, key=lambda each: each.name)),
    ]


def receiver_of(session: Session, chosen: str, without: Sequence[int | None] = ()) -> int:
    """Return the user who gets the work; raises InvalidInput for what was not offered or a department of nobody."""
    sort, number = chosen[:1], chosen[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 10) or sort not in (USER, DEPARTMENT):
        raise InvalidInput({"receiver": _("Choose one of the values offered.")})
    staff = staff_by_department(session)
    if sort == USER:
        if int(number) not in {one.id for one in staff}:
            raise InvalidInput({"receiver": _("Choose somebody who works here.")})
        return int(number)
    members = [one.id for one in staff if one.department_id == int(number) and one.id not in without]
    if not members:
        raise InvalidInput({"receiver": _("Nobody else works in this department.")})
    loads = _loads(session, members)
    return min(members, key=lambda user_id: (loads.get(user_id, 0), user_id))


def _loads(session: Session, user_ids: Sequence[int]) -> dict[int, int]:
    with as_system(session, reason="who has the fewest open tasks"):
        rows = session.execute(
            select(Activity.performer_id, func.count())
            .where(Activity.performer_id.in_(user_ids), Activity.status.in_(OPEN), Activity.state == RecordState.ACTIVE)
            .group_by(Activity.performer_id)
        )
        return {int(user_id): number for user_id, number in rows}
