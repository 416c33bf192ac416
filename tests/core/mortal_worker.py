"""A worker that does one step of a job and is killed, as by ``kill -9``, at a random moment of the next one.

Its steps are as short as they can be, so that a job has as many on a fast machine as on a slow one.

``python -m tests.core.mortal_worker JOB_ID worker --lease 1.2``
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


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    work.STEP_SECONDS = 0
    worker.do_step = Mortal(int(sys.argv.pop(1)))
    main()
