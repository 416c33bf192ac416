"""Carries jobs to the workers of several machines through a message broker, by Celery.

The broker is given nothing but ids; the job table stays what counts. So a message that is lost or comes twice does no
harm: whoever gets an id claims the job in the database or finds that somebody has, and a sweeper sends the ids of jobs
that are overdue, whether they were never sent or their worker died.
"""

from __future__ import annotations

import logging
import threading
from time import monotonic
from typing import Any

from kartoteka.builtin.jobs.queries import overdue_jobs
from kartoteka.builtin.jobs.waking import job_enqueued
from kartoteka.builtin.jobs.worker import Worker
from kartoteka.config import BadSettings
from kartoteka.db.engine import Database
from kartoteka.extension.guarding import without_values

log = logging.getLogger("kartoteka.jobs")
TASK = "kartoteka.do_job"
_SWEEP_SECONDS = 2.0
_SENT_AGAIN_SECONDS = 10.0
_AT_ONCE = 200
_CONNECT_SECONDS = 2
_LEFT_ALONE_SECONDS = 10.0
"""How long a broker that could not be reached is left alone by those who ask for jobs."""
_SETTINGS = {
    "task_ignore_result": True,
    "task_acks_late": True,  # what a killed worker had taken is sent again by the sweeper at the latest
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": 30,
        # Without these, whoever sends waits for a broker that is gone until it comes back.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    },
    "task_default_queue": "kartoteka",
}


class Carrier:
    """The way to the broker; sending never fails whoever asked for a job."""

    def __init__(self, broker: str) -> None:
        self.celery = _make_celery(broker)
        self._sent: dict[int, float] = {}
        self._failed_at = -_LEFT_ALONE_SECONDS

    def carry_new_jobs(self) -> None:
        """Send each job as soon as the transaction that asked for it has been committed, until `close`."""
        job_enqueued.connect(self._send_new, weak=False)

    def close(self) -> None:
        """Send nothing any more."""
        job_enqueued.disconnect(self._send_new)

    def _send_new(self, _sender: object, **facts: Any) -> None:
        if monotonic() - self._failed_at >= _LEFT_ALONE_SECONDS:
            self.send(facts["id"])

    def send(self, job_id: int) -> None:
        """Send an id; when the broker can't be reached, the sweeper does it later."""
        try:
            self.celery.send_task(TASK, (job_id,), retry=False)
            self._sent[job_id] = monotonic()
        except Exception as error:  # noqa: BLE001 - whatever the broker's library raises
            self._failed_at = monotonic()
            log.warning("The broker can't be reached, job %s goes later: %s", job_id, without_values(error))

    def sweep(self, database: Database) -> int:
        """Send what is overdue and was not sent a moment ago; returns how many were sent."""
        with database.glance() as connection:
            overdue = overdue_jobs(connection, _AT_ONCE)
        now = monotonic()
        self._sent = {job_id: sent for job_id, sent in self._sent.items() if now - sent < _SENT_AGAIN_SECONDS}
        missing = [job_id for job_id in overdue if job_id not in self._sent]
        for job_id in missing:
            self.send(job_id)
        return len(missing)

    def serve(self, worker: Worker) -> None:
        """Do the jobs that the broker hands out, one at a time, until this process is told to stop.

        Every such process also looks at the timetable and sweeps: whichever is first does it.
        """
        from celery.signals import worker_shutting_down  # type: ignore[import-untyped]

        def do_job(job_id: int) -> None:
            self._do(worker, job_id)

        def stop(**_facts: object) -> None:
            worker.stop()  # after the present step; the sweeper of another worker sends what is left

        self.celery.task(name=TASK)(do_job)
        worker_shutting_down.connect(stop)
        threading.Thread(target=self._keep_sweeping, args=(worker,), daemon=True).start()
        options = ["--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
        self.celery.worker_main(["worker", *options])

    def _do(self, worker: Worker, job_id: int) -> None:
        try:
            worker.do_job(job_id)
        except Exception as error:  # noqa: BLE001 - a worker outlives its database; the sweeper sends the id again
            log.error("The worker can't work: %s", without_values(error))

    def _keep_sweeping(self, worker: Worker) -> None:
        while True:
            try:
                worker.timetable.look()
                self.sweep(worker.workshop.database)
            except Exception as error:  # noqa: BLE001 - the next look may succeed
                log.error("Overdue jobs can't be looked for: %s", without_values(error))
            threading.Event().wait(_SWEEP_SECONDS)


def _make_celery(broker: str) -> Any:
    try:
        from celery import Celery  # type: ignore[import-untyped]
    except ImportError as error:
        raise BadSettings("A broker needs Celery. Install it: pip install 'kartoteka[celery]'") from error
    made = Celery("kartoteka", broker=broker, set_as_current=False)
    made.conf.update(_SETTINGS)
    return made
