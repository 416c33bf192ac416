"""Use cases of operations: looking at what an undo would do, and undoing, at once or in the background."""

from __future__ import annotations

from kartoteka.builtin.jobs.queries import is_at_work
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.operations.checking import RowCheck, demand_undo, kinds_of, may_see
from kartoteka.builtin.operations.rules import IN_ONE_GO, LOOKED_THROUGH
from kartoteka.db.journal.undo import (
    OperationFacts,
    UndoBlocked,
    UndoPlan,
    operation_facts,
    plan_undo,
    refusal_of,
    undo_operation,
    undo_step,
)
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _

JOB = "operations.undo"
WARNED = 100
AT_WORK = _("This is still being done. Wait until it has ended, or stop it on its page.")


def preview(session: Session, operation_id: int) -> UndoPlan:
    """Return what an undo by this actor would do. Raises NotFound for an operation he may not look at.

    Very large operations are not looked through: their plan has neither conflicts nor anything ready.
    """
    facts = operation_facts(session, operation_id)
    if not may_see(session, facts):
        raise NotFound
    try:
        _demand(session, facts)
    except Problem as problem:
        return UndoPlan(operation=facts, refusal=problem.message)
    if facts.entries > LOOKED_THROUGH:
        return UndoPlan(operation=facts, refusal=refusal_of(session, facts))
    return plan_undo(session, operation_id)


def kind_counts(session: Session, operation_id: int) -> dict[str, int]:
    """Return the kinds of records that an operation changed and how many there are of each."""
    return kinds_of(session, [operation_id])[operation_id]


def is_large(facts: OperationFacts) -> bool:
    """Tell whether an operation is undone in the background."""
    return facts.entries > IN_ONE_GO


def undo(session: Session, operation_id: int, *, rest_only: bool = False) -> int:
    """Undo an operation now and return the id of the undo.

    Raises NotFound, Forbidden, Refused, and UndoBlocked with the plan when records were changed afterwards.
    """
    _demand(session, operation_facts(session, operation_id))
    number = undo_operation(session, operation_id, rest_only=rest_only, check=RowCheck(session))
    bump_state(session)  # choices that are kept in memory may have changed
    return number


def undo_in_background(session: Session, operation_id: int, *, rest_only: bool = False) -> int:
    """Ask for a job that undoes a large operation and return its id; raises as ``undo`` does."""
    plan = preview(session, operation_id)
    if plan.refusal is not None:
        raise Refused(plan.refusal)
    if plan.conflict_count and not rest_only:
        raise UndoBlocked(plan)
    title = _("Undo: %(title)s", title=plan.operation.title or f"#{operation_id}")
    payload = {"operation": operation_id}
    return enqueue(session, JOB, payload, title=title, url=f"/operations/{operation_id}")


def run_undo(session: Session, job: RunningJob) -> None:
    """Do one step of the job; records that were changed meanwhile are left alone and listed."""
    operation_id = int(job.payload["operation"])
    facts = operation_facts(session, operation_id)
    demand_undo(session, facts)
    at = job.checkpoint
    skipped = [(table, number) for table, number in at.get("skipped", [])]
    step = undo_step(session, operation_id, before=at.get("before"), skipped=skipped, check=RowCheck(session))
    bump_state(session)
    left = int(at.get("left", 0)) + len(step.conflicts)
    for conflict in step.conflicts[: max(0, WARNED - int(at.get("left", 0)))]:
        job.warn(
            _(
                "%(kind)s %(id)s was left as it is: %(reason)s",
                kind=conflict.kind,
                id=conflict.record_id,
                reason=conflict.message,
            )
        )
    done = int(at.get("done", 0)) + step.entries
    at.update(before=step.before, skipped=[list(key) for key in step.skipped], left=left, done=done)
    job.report(done, facts.entries)
    if step.before is not None:
        job.again()
    else:
        job.finish(_result(left), f"/operations/{operation_id}")


def _result(left: int) -> Message:
    if not left:
        return _("Everything is undone.")
    return plural_text(
        "Undone, but for one record that was changed afterwards.",
        "Undone, but for %(count)s records that were changed afterwards.",
        left,
    )


def _demand(session: Session, facts: OperationFacts) -> None:
    demand_undo(session, facts)
    if is_at_work(session, facts.id):
        raise Refused(AT_WORK)
