"""A worker that takes up a job and is killed, as by ``kill -9``.

``later``: it does one step of the job and dies at a random moment of the next one. ``claimed``: it dies between taking
up the job and its first step. ``anywhere``: it dies at a random moment after it took up the job, whatever it does then.
Its steps are as short as they can be, so that a job has as many on a fast machine as on a slow one.

``python -m tests.core.mortal_worker JOB_ID WAY worker --lease 1.2``
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time

from kartoteka.builtin.jobs import worker
from kartoteka.builtin.jobs.claiming import Held
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.cli import main
from kartoteka.extension.declarations import work


class Mortal:
    """Stands in for ``do_step``: the second step of the job is the last thing the process begins."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.do_step = worker.do_step
        self.seconds: float | None = None

    def __call__(self, workshop: Workshop, held: Held) -> bool:
        if held.id != self.job_id:
            return self.do_step(workshop, held)
        if self.seconds is not None:
            return self.die_during(self.seconds, workshop, held)
        began = time.monotonic()
        goes_on = self.do_step(workshop, held)
        self.seconds = time.monotonic() - began
        return goes_on

    def die_during(self, seconds: float, workshop: Workshop, held: Held) -> bool:
        threading.Timer(random.uniform(0, seconds), die).start()
        self.do_step(workshop, held)
        die()
        raise AssertionError("The dead don't work.")


class Claimed(Mortal):
    """Dies when it has taken up the job and has done nothing of it."""

    def __call__(self, workshop: Workshop, held: Held) -> bool:
        if held.id == self.job_id:
            die()
        return self.do_step(workshop, held)


class Anywhere(Mortal):
    """Dies at a random moment after it has taken up the job: in its first step, in a later one, or between two."""

    is_doomed = False

    def __call__(self, workshop: Workshop, held: Held) -> bool:
        if held.id == self.job_id and not self.is_doomed:
            self.is_doomed = True
            threading.Timer(random.uniform(0, LIVES_SECONDS), die).start()
        return self.do_step(workshop, held)


LIVES_SECONDS = 0.4
WAYS = {"later": Mortal, "claimed": Claimed, "anywhere": Anywhere}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    work.STEP_SECONDS = 0
    job_id, way = int(sys.argv.pop(1)), sys.argv.pop(1)
    worker.do_step = WAYS[way](job_id)
    main()
