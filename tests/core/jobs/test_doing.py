"""Jobs are done step by step, for the user who asked, as one operation; what fails is tried again or says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.access.models import UserRole
from kartoteka.builtin.access.service import set_user_access
from kartoteka.builtin.jobs.claiming import claim
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.jobs.service import cancel_job, enqueue, retry_job
from kartoteka.builtin.jobs.stepping import do_step
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.errors import NotFound, Refused
from tests.core.jobs.asking import ask, change, job_of, notes, worker_of
from tests.core.jobs.visits import GUARDED, LONG, NOTE, SINGLE, SLOW

FIRST_STEPS = ["0", "1", "", "", ""]


def test_a_job_is_done_in_steps_as_one_operation_of_its_user(office: Any) -> None:
    user = office.add_user("administrator", name="Rasa")
    job_id = ask(office, actor=office.actor(user))
    assert job_of(office, job_id).state == "waiting"
    assert run_jobs(office) == 1
    job = job_of(office, job_id)
    assert (job.state, job.done, job.of, job.url, job.warned) == ("done", 5, 5, "/clients/", 5)
    assert str(job.message) == "5 clients have notes."
    assert str(job.warnings[4]) == "Client 4 was odd."
    assert notes(office) == list("01234")
    with office.database.reading(office.system) as session:
        (operation,) = session.scalars(select(Operation).where(Operation.title == "Notes for everybody"))
        entries = list(session.scalars(select(JournalEntry.record_id).where(JournalEntry.operation_id == operation.id)))
    assert (operation.user_id, operation.id, len(entries)) == (user, job.operation_id, 5)
    assert run_jobs(office) == 0


def test_what_is_rolled_back_was_never_asked_for(office: Any) -> None:
    with office.database.transaction(office.system) as session:
        enqueue(session, NOTE, title="Never")
        session.rollback()
    assert run_jobs(office) == 0


def test_a_job_for_later_waits_for_its_moment(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    with office.database.transaction(office.system) as session:
        job_id = enqueue(session, NOTE, title="Later", run_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert run_jobs(office) == 0
    assert job_of(office, job_id).is_later
    clock.move(hours=2)
    assert run_jobs(office) >= 1, "and what is done by schedule"
    assert job_of(office, job_id).state == "done"


def test_a_step_that_fails_is_tried_again_later_and_later(office: Any, clock: Any, caplog: Any) -> None:
    clock.set("2026-03-02 09:00")
    job_id = ask(office, fail_at=2)
    for seconds in (5, 20):
        assert run_jobs(office) == 1
        job = job_of(office, job_id)
        assert (job.state, job.done) == ("waiting", 2)
        assert job.due_at - datetime.now(UTC) == timedelta(seconds=seconds)
        assert run_jobs(office) == 0
        clock.move(seconds=seconds)
    assert run_jobs(office) == 1
    assert job_of(office, job_id).state == "failed"
    assert "ZeroDivisionError" in caplog.text
    assert "a secret name" not in caplog.text + str(job_of(office, job_id).error)
    assert notes(office) == FIRST_STEPS


def test_a_step_that_succeeds_at_last_goes_on_and_counts_anew(office: Any, clock: Any) -> None:
    clock.set("2026-03-02 09:00")
    job_id = ask(office, fail_at=2, failures=2)
    for _each in range(3):
        run_jobs(office)
        clock.move(seconds=60)
    job = job_of(office, job_id)
    assert (job.state, job.error, job.attempts) == ("done", None, 1)
    assert notes(office) == list("01234")


def test_a_refusal_ends_the_job_with_its_own_words_and_retry_goes_on_where_it_was(office: Any) -> None:
    job_id = ask(office, refuse_at=2)
    run_jobs(office)
    job = job_of(office, job_id)
    assert (job.state, str(job.error), job.done) == ("failed", "Not this one.", 2)
    change(office, job_id, payload={})
    with office.database.transaction(office.system) as session:
        retry_job(session, job_id)
    run_jobs(office)
    assert job_of(office, job_id).state == "done"
    assert notes(office) == list("01234")
    with pytest.raises(Refused, match="failed or was stopped"), office.database.transaction(office.system) as session:
        retry_job(session, job_id)


def test_a_step_that_takes_too_long_is_stopped(office: Any) -> None:
    job_id = ask(office, SLOW, seconds=20)
    began = datetime.now(UTC)
    run_jobs(office)
    assert datetime.now(UTC) - began < timedelta(seconds=10)
    job = job_of(office, job_id)
    assert job.state == "failed"
    assert "took longer" in str(job.error)


def test_only_one_unfinished_job_has_the_same_values(office: Any) -> None:
    first = ask(office, SINGLE, list="a")
    assert ask(office, SINGLE, list="a") == first
    other = ask(office, SINGLE, list="b")
    assert other != first
    run_jobs(office)
    again = ask(office, SINGLE, list="a")
    assert again not in (first, other)
    change(office, first, state="failed")
    with pytest.raises(Refused, match="another job"), office.database.transaction(office.system) as session:
        retry_job(session, first)


def test_jobs_nobody_declares_and_payloads_that_are_not_plain_are_refused(office: Any) -> None:
    with office.database.transaction(office.system) as session:
        with pytest.raises(LookupError, match=r"crm_visits\.nonsense"):
            enqueue(session, "crm_visits.nonsense", title="x")
        with pytest.raises(ValueError, match="plain JSON"):
            enqueue(session, NOTE, {"what": object()}, title="x")
        assert session.scalar(select(func.count(Job.id))) == 0


def begin(office: Any, steps: int = 2, **options: Any) -> tuple[int, Any, Any]:
    """Ask for a job and do its first steps; returns its id, the workshop and who holds it."""
    job_id = ask(office, **options)
    workshop = worker_of(office).workshop
    held = claim(workshop, workshop.names())
    assert held is not None
    for _each in range(steps):
        assert do_step(workshop, held)
    return job_id, workshop, held


def test_a_running_job_stops_after_its_step(office: Any) -> None:
    job_id, workshop, held = begin(office)
    with office.database.transaction(office.system) as session:
        assert cancel_job(session, job_id) is False
    assert job_of(office, job_id).is_stopping
    assert not do_step(workshop, held)
    job = job_of(office, job_id)
    assert (job.state, job.is_stopping) == ("cancelled", False)
    assert notes(office) == FIRST_STEPS
    with pytest.raises(Refused, match="ended already"), office.database.transaction(office.system) as session:
        cancel_job(session, job_id)
    with office.database.transaction(office.system) as session:
        retry_job(session, job_id)
    run_jobs(office)
    assert notes(office) == list("01234")


def test_a_waiting_job_stops_at_once(office: Any) -> None:
    job_id = ask(office)
    with office.database.transaction(office.system) as session:
        assert cancel_job(session, job_id) is True
    assert run_jobs(office) == 0
    assert notes(office) == [""] * 5


def test_who_lost_the_lease_writes_nothing_more(office: Any) -> None:
    job_id, workshop, held = begin(office)
    assert claim(workshop, workshop.names()) is None, "somebody holds it"
    change(office, job_id, due_at=datetime.now(UTC) - timedelta(seconds=1))
    successor = claim(workshop, workshop.names())
    assert successor is not None
    assert not do_step(workshop, held)
    assert notes(office) == FIRST_STEPS
    while do_step(workshop, successor):
        pass
    assert (job_of(office, job_id).state, notes(office)) == ("done", list("01234"))


def test_a_job_that_kills_its_workers_fails_at_last(office: Any) -> None:
    job_id = ask(office)
    workshop = worker_of(office).workshop
    for _each in range(3):
        assert claim(workshop, workshop.names()) is not None
        change(office, job_id, due_at=datetime.now(UTC) - timedelta(seconds=1))
    assert claim(workshop, workshop.names()) is None
    job = job_of(office, job_id)
    assert (job.state, job.finished_at is not None) == ("failed", True)
    assert "The worker died" in str(job.error)


def test_jobs_of_a_module_that_is_off_wait(office: Any) -> None:
    job_id = ask(office)
    office.switch("crm_visits", on=False)
    assert run_jobs(office) == 0
    assert job_of(office, job_id).state == "waiting"
    office.switch("crm_visits")
    assert run_jobs(office) == 1
    assert job_of(office, job_id).state == "done"


def test_a_module_switched_off_meanwhile_stops_between_steps(office: Any) -> None:
    user = office.actor(office.add_user("administrator"))
    job_id = ask(office, actor=user)
    worker = worker_of(office)
    seen: list[int] = []

    def switch_off_after_two() -> tuple[str, ...]:
        seen.append(1)
        if len(seen) == 3:
            office.switch("crm_visits", on=False)
        return type(worker.workshop).names(worker.workshop)

    object.__setattr__(worker.workshop, "names", switch_off_after_two)
    assert worker.do_next()
    assert (job_of(office, job_id).state, notes(office)) == ("running", FIRST_STEPS)
    assert not worker.do_next()
    office.switch("crm_visits")
    assert worker.do_next()
    assert (job_of(office, job_id).state, notes(office)) == ("done", list("01234"))


RIGHTS = ("clients.view", "clients.edit", "crm_visits.note")


@pytest.mark.parametrize("right", ["clients.edit", "crm_visits.note"])
def test_a_right_taken_away_meanwhile_stops_the_job(office: Any, right: str) -> None:
    user = office.add_user(permissions=RIGHTS, reach="all")
    job_id, workshop, held = begin(office, name=GUARDED, actor=office.actor(user))
    with office.database.transaction(office.system) as session:
        roles = list(session.scalars(select(UserRole.role_id).where(UserRole.user_id == user)))
        set_user_access(session, user, role_ids=roles, rights={right: False})
    assert not do_step(workshop, held)
    job = job_of(office, job_id)
    assert (job.state, notes(office)) == ("failed", FIRST_STEPS)
    assert "right" in str(job.error)


def test_what_one_may_not_see_any_more_is_not_touched(office: Any) -> None:
    user = office.add_user(permissions=RIGHTS, reach="own")
    job_id = ask(office, actor=office.actor(user))
    run_jobs(office)
    assert job_of(office, job_id).state != "done", "he sees no client at all"
    assert notes(office) == [""] * 5


def test_a_user_who_left_does_nothing_more(office: Any) -> None:
    user = office.add_user("administrator")
    office.add_user("administrator")
    job_id, workshop, held = begin(office, actor=office.actor(user))
    with office.database.transaction(office.system) as session:
        deactivate_user(session, user)
    assert not do_step(workshop, held)
    assert "can't sign in any more" in str(job_of(office, job_id).error)
    assert notes(office) == FIRST_STEPS


def test_a_long_job_lets_others_have_their_turn(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kartoteka.builtin.jobs.worker._TURN_SECONDS", 0)
    long, short = ask(office), ask(office, SINGLE)
    worker = worker_of(office)
    assert worker.do_next()
    assert (job_of(office, long).done, job_of(office, long).state) == (1, "running")
    assert worker.do_next()
    assert job_of(office, short).done == 1


def test_a_worker_that_is_told_to_stop_puts_its_job_back(office: Any) -> None:
    job_id, worker = ask(office), worker_of(office)
    worker.stop()
    assert worker.do_next()
    assert (job_of(office, job_id).done, job_of(office, job_id).attempts) == (1, 0)
    assert worker_of(office).do_next(), "nobody waits for a lease to end"
    assert notes(office) == list("01234")


def test_a_step_that_takes_longer_than_the_lease_stays_with_its_worker(office: Any) -> None:
    job_id, worker, other = ask(office, LONG, seconds=3), worker_of(office, lease=1), worker_of(office, lease=1)
    thread = Thread(target=worker.do_next)
    thread.start()
    sleep(2)
    assert not other.do_next(), "it is being done"
    thread.join()
    job = job_of(office, job_id)
    assert (job.state, job.attempts) == ("done", 1)


def test_everybody_sees_his_own_jobs_only_unless_he_manages_them(office: Any) -> None:
    mine, hers = office.add_user(permissions=["clients.view"]), office.add_user(permissions=["clients.view"])
    job_id = ask(office, actor=office.actor(mine))
    for act in (cancel_job, retry_job):
        with pytest.raises(NotFound), office.database.transaction(office.actor(hers)) as session:
            act(session, job_id)
    manager = office.actor(office.add_user(permissions=["jobs.manage"]))
    with office.database.transaction(manager) as session:
        assert cancel_job(session, job_id)


def test_old_jobs_are_removed(office: Any, clock: Any, run_jobs: Callable[..., int]) -> None:
    clock.set("2026-03-02 09:00")
    done, failed = ask(office), ask(office, refuse_at=0)
    run_jobs(office)
    clock.move(days=31)
    ask(office, "jobs.clean_up")
    run_jobs(office)
    with office.database.reading(office.system) as session:
        left = set(session.scalars(select(Job.id)))
    assert failed in left
    assert done not in left
    clock.move(days=60)
    ask(office, "jobs.clean_up")
    run_jobs(office)
    with office.database.reading(office.system) as session:
        assert failed not in set(session.scalars(select(Job.id)))
