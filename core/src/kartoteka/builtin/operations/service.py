"""Use cases of operations: looking at what an undo would do, and undoing, at once or in the background."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.jobs.queries import is_at_work
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.operations.checking import RowCheck, demand_undo, is_theirs, kinds_of, may_see
from kartoteka.builtin.operations.rules import IN_ONE_GO, LOOKED_THROUGH
from kartoteka.builtin.operations.settling import settle
from kartoteka.db.journal.undo import (
    OperationFacts,
    UndoPlan,
    UndoReason,
    operation_facts,
    plan_undo,
    refusal_of,
    undo_operation,
    undo_step,
)
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _

JOB = "operations.undo"
WARNED = 100
SLICE = 100
"""Entries taken back between two looks at the clock."""
AT_WORK = _("This is still being done. Wait until it has ended, or stop it on its page.")


def preview(session: Session, operation_id: int, *, looks: bool = True) -> UndoPlan:
    """Return what an undo by this actor would do. Raises NotFound for an operation he may not look at.

    Very large operations are not looked through, nor any unless ``looks``: their plan has no conflicts.
    """
    facts = operation_facts(session, operation_id)
    if not may_see(session, facts):
        raise NotFound
    try:
        _demand(session, facts)
    except Problem as problem:
        return UndoPlan(operation=facts, refusal=problem.message)
    if is_too_large_to_look_through(facts) or not looks:
        return UndoPlan(operation=facts, refusal=refusal_of(session, facts))
    return plan_undo(session, operation_id, check=RowCheck(session))


def kind_counts(session: Session, operation_id: int) -> dict[str, int]:
    """Return the kinds of records that an operation changed and how many there are of each."""
    return kinds_of(session, [operation_id])[operation_id]


def is_large(facts: OperationFacts) -> bool:
    """Tell whether an operation is undone in the background."""
    return facts.entries > IN_ONE_GO


def is_too_large_to_look_through(facts: OperationFacts) -> bool:
    """Tell whether conflicts of an operation are found only while it is undone."""
    return facts.entries > LOOKED_THROUGH


def undo(session: Session, operation_id: int, *, rest_only: bool = False) -> int:
    """Undo an operation now and return the id of the undo.

    Raises NotFound, Forbidden, Refused, also where a module objects to what is put back, and UndoBlocked with the plan
    when records stand in the way.
    """
    _demand(session, operation_facts(session, operation_id))
    number = undo_operation(session, operation_id, rest_only=rest_only, check=RowCheck(session))
    settle(session, operation_id)
    bump_state(session)  # choices that are kept in memory may have changed
    return number


def undo_in_background(session: Session, operation_id: int) -> int:
    """Ask for a job that undoes a large operation and return its id; raises as ``undo`` does, but not UndoBlocked.

    Look for conflicts by ``preview`` before: that takes a while, and nobody else can save in the meantime here.
    """
    facts = operation_facts(session, operation_id)
    _demand(session, facts)
    if (refusal := refusal_of(session, facts)) is not None:
        raise Refused(refusal)
    title = _("Undo: %(title)s", title=facts.title or f"#{operation_id}")
    return enqueue(session, JOB, {"operation": operation_id}, title=title, url=f"/operations/{operation_id}")


def run_undo(session: Session, job: RunningJob) -> None:
    """Do one step of the job; records that were changed meanwhile are left alone and listed.

    So are those that the actor may not change any more: an undo that has begun goes on with what is his to undo.
    """
    operation_id = int(job.payload["operation"])
    facts = operation_facts(session, operation_id)
    if not job.checkpoint:
        demand_undo(session, facts)
    check = RowCheck(session, is_theirs=is_theirs(actor_of(session), facts))
    at = {"before": None, "skipped": [], "left": 0, "unseen": 0, "done": 0, "taken": 0, **job.checkpoint}
    while True:
        _take_slice(session, job, operation_id, at, check)
        if at["before"] is None or job.time_is_up:
            break
    if at["before"] is None:
        settle(session, operation_id, job.warn)
    bump_state(session)
    job.checkpoint.update(at)
    job.report(at["done"], facts.entries)
    if at["before"] is not None:
        job.again()
    else:
        if at["unseen"]:
            job.warn(_out_of_sight(at["unseen"]))
        job.finish(_result(at["left"], at["taken"]), f"/operations/{operation_id}")


def _take_slice(session: Session, job: RunningJob, operation_id: int, at: dict[str, Any], check: RowCheck) -> None:
    skipped = [(table, number) for table, number in at["skipped"]]
    step = undo_step(session, operation_id, before=at["before"], skipped=skipped, size=SLICE, check=check)
    seen = [conflict for conflict in step.conflicts if conflict.reason != UndoReason.UNSEEN]
    for conflict in seen[: max(0, WARNED - at["left"])]:
        about = {"kind": conflict.kind, "id": conflict.record_id, "reason": conflict.message}
        job.warn(_("%(kind)s %(id)s was not changed: %(reason)s", **about))
    at.update(
        before=step.before,
        skipped=[list(key) for key in step.skipped],
        left=at["left"] + len(step.conflicts),
        unseen=at["unseen"] + len(step.conflicts) - len(seen),
        done=at["done"] + step.entries,
        taken=at["taken"] + step.taken,
    )


def _out_of_sight(number: int) -> Message:
    return plural_text(
        "One record that is not yours to see any more was left as it is.",
        "%(count)s records that are not yours to see any more were left as they are.",
        number,
    )


def _result(left: int, taken: int) -> Message:
    if not left:
        return _("Everything is undone.")
    if not taken:
        return _("Nothing could be undone.")
    return plural_text(
        "Undone, but for one record that was left as it is.",
        "Undone, but for %(count)s records that were left as they are.",
        left,
    )


def _demand(session: Session, facts: OperationFacts) -> None:
    demand_undo(session, facts)
    if is_at_work(session, facts.id):
        raise Refused(AT_WORK)
