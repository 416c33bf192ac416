"""The job that runs an action on many records, a few hundred at a time.

Every step reads the user's right to the action and what he sees of the records anew. A record that has vanished, that
he does not see any more or that does not suit is left out and counted; one that the action refuses does not stop the
others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kartoteka.builtin.actions.coding import unpack_ids, unpack_values
from kartoteka.db.journal import name_operation
from kartoteka.db.session import Session, actor_of, demand
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.work import Action, RunningJob
from kartoteka.vocabulary.errors import Problem, Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary

STEP = 500
"""Records of one step at most; a step ends sooner when its time is up."""
SLICE = 50
"""Records that the action is given at once."""
NAMED = 3
"""So many records are named for each reason why they were left out."""
_MOST_REASONS = 20
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


@dataclass
class Tally:
    """What became of the records so far: kept between steps as the job's checkpoint.

    ``reasons`` holds, by what the action said, how many records it refused and the names of the first of them.
    """

    at: int = 0
    changed: int = 0
    gone: int = 0
    unsuitable: int = 0
    reasons: dict[str, list[Any]] = field(default_factory=dict)

    def refuse(self, summary: RecordSummary, problem: Problem) -> None:
        """Count a record that the action refused."""
        reason = str(problem)[:300]
        if reason not in self.reasons and len(self.reasons) >= _MOST_REASONS:
            reason = str(_("Other reasons"))
        found = self.reasons.setdefault(reason, [0])
        found[0] += 1
        if len(found) <= NAMED:
            found.append(summary.title)

    @property
    def refused(self) -> int:
        """The number of records that the action refused."""
        return sum(found[0] for found in self.reasons.values())


def run_action(session: Session, job: RunningJob) -> None:
    """Run the action on the next records and say what became of them when it was the last step."""
    action, kind = _asked(session, job.payload)
    ids = unpack_ids(job.payload["ids"])
    data = unpack_values(job.payload["data"])
    tally = Tally(**job.checkpoint)
    name_operation(session, action.title)
    end = min(tally.at + STEP, len(ids))
    while tally.at < end:
        part = ids[tally.at : min(tally.at + SLICE, end)]
        _run_on(session, action, kind, part, data, tally)
        tally.at += len(part)
        if job.time_is_up:
            break
    job.checkpoint.update(vars(tally))
    job.report(tally.at, len(ids))
    if tally.at < len(ids):
        job.again()
    else:
        _conclude(job, tally)


def _asked(session: Session, payload: Mapping[str, Any]) -> tuple[Action, RecordKind]:
    """Return the action and the kind of its records; raises Refused and Forbidden when they are out of reach now."""
    registry, active = extension_of(session).registry, active_set(session)
    action, kind = registry.find_action(payload["action"]), registry.find_kind(payload["kind"])
    if action is None or kind is None or not {action.module, kind.module} <= active:
        raise Refused(_("The module that does this is switched off. The rest was not done."))
    demand(session, action.permission, kind.permission)
    return action, kind


def _run_on(
    session: Session, action: Action, kind: RecordKind, ids: Sequence[int], data: dict[str, Any], tally: Tally
) -> None:
    seen = {one.ref: one for one in kind.summarise(session, ids).values() if one.state in (*_LIVING, None)}
    suiting = [ref for ref in sorted(seen, key=lambda ref: ref.id) if action.when is None or action.when(session, ref)]
    tally.gone += len(ids) - len(seen)
    tally.unsuitable += len(seen) - len(suiting)
    if not suiting:
        return
    try:
        tally.changed += _attempt(session, action, suiting, data)
    except Problem:
        for ref in suiting:
            try:
                tally.changed += _attempt(session, action, [ref], data)
            except Problem as problem:
                tally.refuse(seen[ref], problem)


def _attempt(session: Session, action: Action, refs: list[RecordRef], data: dict[str, Any]) -> int:
    with session.begin_nested():
        return action.perform(session, actor_of(session), refs, dict(data)).changed


def _conclude(job: RunningJob, tally: Tally) -> None:
    """Say how many changed, and why the others did not."""
    job.finish(_("%(changed)s of %(all)s records changed.", changed=tally.changed, all=tally.at))
    if tally.gone:
        job.warn(
            plural_text(
                "One record was left out: it is gone, or you may not see it any more.",
                "%(count)s records were left out: they are gone, or you may not see them any more.",
                tally.gone,
            )
        )
    if tally.unsuitable:
        job.warn(
            plural_text(
                "One record was left out: this cannot be done with it.",
                "%(count)s records were left out: this cannot be done with them.",
                tally.unsuitable,
            )
        )
    for reason, (number, *names) in tally.reasons.items():
        job.warn(_refused(reason, number, names))
    same = tally.at - tally.changed - tally.gone - tally.unsuitable - tally.refused
    if same > 0:
        job.warn(plural_text("One record was like that already.", "%(count)s records were like that already.", same))


def _refused(reason: str, number: int, names: Sequence[str]) -> Any:
    named = ", ".join(names)
    if number > len(names):
        return _("%(number)s skipped (%(names)s, ...): %(reason)s", number=number, names=named, reason=reason)
    return _("%(number)s skipped (%(names)s): %(reason)s", number=number, names=named, reason=reason)
