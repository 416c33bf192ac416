"""Asking for somebody's work to be handed over, in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from kartoteka.builtin.handover.queries import find_parts
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.users.queries import User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, demand, find
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _

HAND_OVER = "users.hand_over"
JOB = "handover.run"


def start_handover(
    session: Session,
    user_id: int,
    successors: Mapping[str, int],
    *,
    until: date | None = None,
    deactivate: bool = False,
) -> int:
    """Have a user's work handed over and return the id of the job.

    ``successors`` says, by the key of each part, who gets it; parts that are not named stay. With ``until`` nothing
    changes hands: the successors see the clients until the end of that day. ``deactivate`` keeps the user from signing
    in afterwards. Raises Forbidden, InvalidInput, and Refused when there is nothing to hand over.
    """
    demand(session, HAND_OVER, *(["users.manage"] if deactivate else []))
    user = find(session, User, user_id)
    known = {part.key: part for part in find_parts(session, user_id) if part.number}
    wanted = {key: successor for key, successor in successors.items() if key in known}
    if not wanted:
        raise Refused(_("There is nothing to hand over."))
    if until is not None and until < utc_now().date():
        raise InvalidInput({"until": _("This day is past.")})
    _refuse_successors(session, user_id, set(wanted.values()))
    payload = {
        "user_id": user_id,
        "successors": wanted,
        "until": None if until is None else until.isoformat(),
        "deactivate": deactivate and until is None,
        "number": sum(known[key].number for key in wanted),
    }
    title = _("Work of %(name)s handed over", name=user.name)
    return enqueue(session, JOB, payload, title=title, url=f"/users/{user_id}")


def _refuse_successors(session: Session, user_id: int, successors: set[int]) -> None:
    active = set(session.scalars(select(User.id).where(User.id.in_(successors), User.active)))
    if user_id in successors or active != successors:
        raise InvalidInput({"successor": _("Choose a colleague who works here.")})
