"""The job that hands work over, a few hundred records at a time: all steps are one operation, and one Undo.

Who a record belongs to changes; who entered or changed it stays in the change log. Each step reads anew what the
actor may see, and whether the successor still works here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.service import share_clients, tell_managers
from kartoteka.builtin.handover.queries import CLIENT_TABLE, Part, find_parts, next_ids, taken_ids
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.db.announce import announce
from kartoteka.db.journal import delete_rows, name_operation, update_rows
from kartoteka.db.session import Session, find
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.extension.owning import owned_columns
from kartoteka.extension.signals import client_changed, record_changed
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import current_formats

DEACTIVATE = "handover.deactivate"
STEP = 500
SLICE = 100


def run_handover(session: Session, job: RunningJob) -> None:
    """Hand over the next records; the checkpoint says which part is being worked on, and behind which id."""
    payload, at = job.payload, {"part": 0, "after": 0, "moved": {}, "seen": 0, **job.checkpoint}
    user = find(session, User, payload["user_id"])
    names = _names(session, payload["successors"].values())
    name_operation(session, _title(user.name, payload["until"]), kind="handover")
    parts = {part.key: part for part in find_parts(session, user.id)}
    keys = sorted(payload["successors"])
    budget = STEP
    while at["part"] < len(keys) and budget > 0 and not (job.time_is_up and budget < STEP):
        key = keys[at["part"]]
        part = parts.get(key)
        ids = [] if part is None else next_ids(session, part, user.id, at["after"], min(SLICE, budget))
        if part is None or not ids:
            at.update(part=at["part"] + 1, after=0)
            continue
        successor = payload["successors"][key]
        moved = _hand_over(session, part, ids, user, successor, payload["until"])
        told = f"{key} {successor}"
        at["moved"][told] = at["moved"].get(told, 0) + moved
        at.update(after=ids[-1], seen=at["seen"] + len(ids))
        budget -= len(ids)
    job.checkpoint.update(at)
    job.report(at["seen"], max(payload["number"], at["seen"]))
    if at["part"] < len(keys):
        job.again()
    else:
        _conclude(session, job, user, at["moved"], names)


def _hand_over(session: Session, part: Part, ids: Sequence[int], user: User, successor: int, until: str | None) -> int:
    if until is not None:
        if part.table != CLIENT_TABLE:
            return 0
        reason = str(_("Stands in for %(name)s", name=user.name))
        return share_clients(session, ids, successor, reason, date.fromisoformat(until))
    taken = set(taken_ids(session, part, ids, successor))
    delete_rows(session, part.table, sorted(taken))
    moved = update_rows(session, part.table, {one: {part.column: successor} for one in ids if one not in taken})
    _tell(session, part, moved)
    if part.table == CLIENT_TABLE and part.column == "manager_id":
        tell_managers(session, dict.fromkeys(moved, user.id), successor)
    return len(moved) + len(taken)


def _tell(session: Session, part: Part, moved: list[int]) -> None:
    if part.owned is None or not moved:
        return
    signal = client_changed if part.table == CLIENT_TABLE else record_changed
    announce(session, signal, part.owned.kind.kind, ids=list(moved), fields=[part.owned.attribute])


def _title(name: str, until: str | None) -> Any:
    if until is not None:
        return _(
            "Clients of %(name)s shared until %(day)s", name=name, day=current_formats().date(date.fromisoformat(until))
        )
    return _("Work of %(name)s handed over", name=name)


def _names(session: Session, ids: Any) -> dict[int, str]:
    """Return the names of the successors; raises Refused when one of them can't sign in any more."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(ids)), User.active))
    found = {row.id: row.name for row in rows}
    if len(found) < len(set(ids)):
        raise Refused(_("The colleague who was to get this work does not work here any more. The rest was not done."))
    return found


def _conclude(session: Session, job: RunningJob, user: User, moved: dict[str, int], names: dict[int, str]) -> None:
    """Say who got how much, what stays with the user, and deactivate the user next when that was asked for."""
    total = sum(moved.values())
    job.finish(
        plural_text("One record was handed over.", "%(count)s records were handed over.", total)
        if job.payload["until"] is None
        else plural_text("One client is shared.", "%(count)s clients are shared.", total)
    )
    titles = {one.key: one.title for one in owned_columns(extension_of(session).registry)}
    for told, number in moved.items():
        key, _space, successor = told.rpartition(" ")
        line = _("%(number)s × %(title)s → %(name)s")
        job.warn(line.with_values(number=number, title=titles.get(key, key), name=names[int(successor)]))
    if job.payload["until"] is None:
        for part in find_parts(session, user.id):
            left = _("%(number)s × %(title)s stay with %(name)s")
            job.warn(left.with_values(number=part.number + part.hidden, title=part.title, name=user.name))
    if job.payload["deactivate"]:
        title = _("%(name)s deactivated", name=user.name)
        enqueue(session, DEACTIVATE, {"user_id": user.id}, title=title, url=f"/users/{user.id}")


def run_deactivation(session: Session, job: RunningJob) -> None:
    """Keep somebody whose work has been handed over from signing in.

    A job of its own: the undo of work that was handed over gives nobody an account back.
    """
    user = deactivate_user(session, job.payload["user_id"])
    job.finish(_("%(name)s can't sign in any more.", name=user.name))
