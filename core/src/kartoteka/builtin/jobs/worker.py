"""A worker: looks for jobs that are due and does them, step by step, until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from kartoteka.builtin.jobs.claiming import Held, claim, is_anything_due, put_back, renew
from kartoteka.builtin.jobs.stepping import do_step
from kartoteka.builtin.jobs.timetable import Timetable
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.extension.guarding import without_values

log = logging.getLogger("kartoteka.jobs")

LOOK_SECONDS = 0.5
"""How long an idle worker waits before it looks again, unless somebody wakes it."""
_TURN_SECONDS = 2.0
"""How long a job is done before others that are due have their turn."""
_BREATH_SECONDS = 0.03
"""How long SQLite's one write lock is free between two steps."""
_LONGEST_WAIT = 30.0


class Worker:
    """Does the jobs of one company, one at a time; any number of them may run, in any number of processes."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.timetable = Timetable(workshop)
        self._wake = threading.Event()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End after the present step; what is left of a job is put back for another worker."""
        self._stopping.set()
        self._wake.set()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def run(self) -> None:
        """Work until `stop`; an unreachable database is waited for."""
        wait = LOOK_SECONDS
        while not self._stopping.is_set():
            try:
                self._wake.clear()
                self.timetable.look()
                wait = 0 if self.do_next() else LOOK_SECONDS
            except Exception as error:  # noqa: BLE001 - a worker outlives its database
                log.error("The worker can't work: %s", without_values(error))
                wait = min(max(2 * wait, 1.0), _LONGEST_WAIT)
            if wait:
                self._wake.wait(wait)

    def do_next(self) -> bool:
        """Take up the job that is due longest and do it until it ends or others want their turn; False without one."""
        names = self.workshop.names()
        return is_anything_due(self.workshop.database, names) and self._take_up(claim(self.workshop, names))

    def do_job(self, job_id: int) -> bool:
        """Do one job likewise, if it is due and nobody else does it."""
        return self._take_up(claim(self.workshop, self.workshop.names(), job_id))

    def _take_up(self, held: Held | None) -> bool:
        if held is None:
            return False
        with self._sign_of_life(held, goes_outside=self.workshop.job(held.name).outside is not None):
            self._do(held)
        return True

    def _do(self, held: Held) -> None:
        began = monotonic()
        while do_step(self.workshop, held):
            names = self.workshop.names()
            others_wait = monotonic() - began > _TURN_SECONDS and is_anything_due(self.workshop.database, names)
            if self._stopping.is_set() or others_wait or held.name not in names:
                put_back(self.workshop.database, held)
                return
            if self.workshop.database.is_sqlite:
                self._stopping.wait(_BREATH_SECONDS)

    @contextmanager
    def _sign_of_life(self, held: Held, *, goes_outside: bool) -> Iterator[None]:
        """Renew the lease while a step is being done.

        On SQLite a step holds the write lock, so that nobody could take the job away, and nobody could renew it; unless
        it talks to other machines first.
        """
        if self.workshop.database.is_sqlite and not goes_outside:
            yield
            return
        ended = threading.Event()
        thread = threading.Thread(target=self._renew, args=(held, ended), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _renew(self, held: Held, ended: threading.Event) -> None:
        lease = self.workshop.lease
        while not ended.wait(lease.total_seconds() / 3):
            try:
                if not renew(self.workshop.database, held, lease):
                    return
            except Exception as error:  # noqa: BLE001 - the next beat may succeed
                log.warning("A lease could not be renewed: %s", without_values(error))
