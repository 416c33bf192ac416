"""Jobs carried by a broker: a real Redis, workers of Celery as processes, some of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kartoteka.api.clients import Client
from kartoteka.builtin.actions.service import start_action
from kartoteka.carrier import Carrier
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.core.actions.conftest import add_clients
from tests.core.killing import FEW_KILLS, FEW_STEPS, PATIENCE, ROOT, find_job, wait_for_end
from tests.core.redis import redis_server
from tests.installed import installed

CHANGE = "clients.change"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path) as address:
        yield address


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=installed("crm_clients"))


def start_worker(company: Company, broker: str, *program: str, at_once: int = 1) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "KARTOTEKA_DATABASE": company.database.url.render_as_string(hide_password=False),
        "KARTOTEKA_SECRET": company.installation.config.secret,
        "KARTOTEKA_INSTANCE": str(company.database.files),
        "KARTOTEKA_BROKER": broker,
        "KARTOTEKA_JOBS_AT_ONCE": str(at_once),
    }
    command = [*program, "worker", "--lease", "1.2"]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


def change_many(office: Company, number: int) -> int:
    """Ask for a change of so many clients in the background; return the job."""
    ids = add_clients(office, number, importance="b")
    registry = office.installation.registry
    boss = office.actor(office.add_user("administrator"))
    action, kind = registry.find_action(CHANGE), registry.find_kind("clients.client")
    with office.database.transaction(boss) as session:
        url = start_action(session, action, kind, ids, {"importance": "a"}, "/clients/")
    return int(url.rstrip("/").rsplit("/", 1)[1])


def changed_once(office: Company) -> dict[int, int]:
    statement = select(Client.version, func.count()).group_by(Client.version)
    with office.database.reading(office.system) as session:
        return dict(session.execute(statement).all())


def test_killed_workers_of_celery_lose_and_double_nothing(office: Company, broker: str) -> None:
    many = 500 * FEW_STEPS
    job_id = change_many(office, many)  # nobody has sent it: a sweeper must find it
    for _each in range(FEW_KILLS):
        dead = start_worker(office, broker, sys.executable, "-m", "tests.core.mortal_worker", str(job_id), "later")
        assert dead.wait(PATIENCE) == -signal.SIGKILL
        assert find_job(office, job_id).finished_at is None, "it was killed while it worked"
    alive = [start_worker(office, broker, str(Path(sys.executable).with_name("kartoteka"))) for _each in range(2)]
    try:
        assert wait_for_end(office, job_id).state == "done"
    finally:
        for worker in alive:
            worker.kill()
            worker.wait()
    assert changed_once(office) == {2: many}


def test_one_worker_does_several_jobs_at_a_time_and_takes_its_processes_along(office: Company, broker: str) -> None:
    for _each in range(3):
        change_many(office, 3)
    crowd = start_worker(office, broker, str(Path(sys.executable).with_name("kartoteka")), at_once=3)
    try:
        until = time.monotonic() + PATIENCE
        while len(own := children(crowd.pid)) < 3:
            assert time.monotonic() < until
            time.sleep(0.1)
        wait_for_all(office)
        assert changed_once(office) == {2: 9}
        # One that dies is replaced, and does jobs.
        os.kill(own[0], signal.SIGKILL)
        job_id = change_many(office, 3)
        assert wait_for_end(office, job_id).state == "done"
        own = children(crowd.pid)
        crowd.terminate()
        assert crowd.wait(PATIENCE) == 0
    finally:
        crowd.kill()
    assert not [pid for pid in own if Path(f"/proc/{pid}").exists()]


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
        int(one)
        for task in Path(f"/proc/{pid}/task").iterdir()
        if task.name != str(pid)
        for one in (task / "children").read_text().split()
    ]


def wait_for_all(office: Company) -> None:
    from kartoteka.builtin.jobs.models import Job

    with office.database.reading(office.system) as session:
        ids = session.scalars(select(Job.id)).all()
    for job_id in ids:
        assert wait_for_end(office, job_id).state == "done"


def test_a_new_job_is_sent_when_it_is_committed_and_swept_once(office: Company, broker: str) -> None:
    carrier = Carrier(broker)
    carrier.carry_new_jobs()
    job_id = change_many(office, 3)
    carrier.close()
    assert waiting(carrier) == 1
    assert carrier.sweep(office.database) == 0, "it was sent a moment ago"
    another = Carrier(broker)
    assert another.sweep(office.database) == 1, "another process does not know"
    assert find_job(office, job_id).finished_at is None


def test_a_broker_that_is_gone_stops_nobody(office: Company) -> None:
    carrier = Carrier("redis://127.0.0.1:1/0")
    carrier.carry_new_jobs()
    began = time.monotonic()
    jobs = [change_many(office, 3) for _each in range(5)]
    carrier.close()
    assert time.monotonic() - began < 15
    assert {find_job(office, job_id).state for job_id in jobs} == {"waiting"}
    change_many(office, 3)  # nobody listens any more


def waiting(carrier: Carrier) -> int:
    with carrier.celery.connection_for_read() as connection:
        return connection.default_channel.client.llen("kartoteka")
