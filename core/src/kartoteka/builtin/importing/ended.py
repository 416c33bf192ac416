"""Where an import really is: the job that was at work on it may have failed, or been stopped, or be gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kartoteka.builtin.importing.models import Import, Stage
from kartoteka.builtin.jobs.queries import JobStanding, standings_of
from kartoteka.db.journal.undo import undone_by
from kartoteka.db.session import Session

AT_WORK = frozenset({Stage.CHECKING, Stage.IMPORTING})
ENDED = frozenset({Stage.FAILED, Stage.STOPPED})


class Staged(Protocol):
    """An import, or a row with these columns of one."""

    @property
    def id(self) -> int: ...
    @property
    def stage(self) -> str: ...
    @property
    def job_id(self) -> int | None: ...


def stages_of(session: Session, imports: Sequence[Staged]) -> dict[int, Stage]:
    """Return the stage of each import by its id: FAILED or STOPPED for one whose job ended before its work did."""
    jobs = [one.job_id for one in imports if one.stage in AT_WORK and one.job_id is not None]
    standings = standings_of(session, jobs)
    return {one.id: _stage(Stage(one.stage), standings.get(one.job_id or 0)) for one in imports}


def _stage(stage: Stage, job: JobStanding | None) -> Stage:
    if stage not in AT_WORK or (job is not None and job.is_unfinished):
        return stage
    return Stage.FAILED if job is not None and job.has_failed else Stage.STOPPED


def stage_of(session: Session, imported: Import) -> Stage:
    """Return the stage of one import, see ``stages_of``."""
    return stages_of(session, [imported])[imported.id]


def operation_of(session: Session, imported: Import) -> int | None:
    """Return the operation of what an import has written, all of it or a part; None when it has written nothing."""
    if imported.operation_id is not None or imported.job_id is None:
        return imported.operation_id
    standing = standings_of(session, [imported.job_id]).get(imported.job_id)
    return standing.operation_id if standing is not None else None


def is_undone(session: Session, operation_id: int | None) -> bool:
    """Tell whether an operation was undone, and that undo stands."""
    return operation_id is not None and bool(undone_by(session, [operation_id]))
