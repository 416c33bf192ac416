"""What a job does outside is done while nobody is kept from saving, once for each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kartoteka.builtin.jobs.claiming import claim
from kartoteka.builtin.jobs.stepping import do_step
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob
from tests.core.jobs.asking import ask, job_of, notes, worker_of
from tests.core.jobs.visits import NOTE


def test_others_save_while_a_job_talks_to_another_machine(office: Any) -> None:
    def talk(job: RunningJob) -> None:
        with office.database.transaction(office.system):  # would wait ten seconds for a step's write lock
            job.found = f"answer {job.checkpoint.get('at', 0)}"

    def store(session: Session, job: RunningJob) -> None:
        stored.append(job.found)
        job.checkpoint["at"] = job.checkpoint.get("at", 0) + 1
        if len(stored) < 2:
            job.again()

    stored: list[Any] = []
    workshop = worker_of(office).workshop
    declared = workshop.registry.find_job(NOTE)
    assert declared is not None
    job_id = ask(office)
    held = claim(workshop, [NOTE])
    assert held is not None
    talking = replace(declared, run=store, outside=talk)
    speaking_workshop = _With(workshop, talking)
    assert do_step(speaking_workshop, held)  # type: ignore[arg-type]
    assert not do_step(speaking_workshop, held)  # type: ignore[arg-type]
    assert stored == ["answer 0", "answer 1"]
    assert job_of(office, job_id).state == "done"
    assert notes(office) == [""] * 5


class _With:
    """A workshop in which every job is this one."""

    def __init__(self, workshop: Any, job: Job) -> None:
        self._workshop, self._job = workshop, job

    def job(self, name: str) -> Job:
        return self._job

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workshop, name)
